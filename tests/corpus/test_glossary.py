"""Names, abbreviations and spellings are recognised where they are meant, and only there."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from corpus import thai
from corpus.glossary import GLOSSARY, Glossary, GlossaryError, equal_names, read_glossary

MANIFEST = Path(__file__).parents[2] / "corpus" / "documents" / "manifest.yaml"

SMALL = """
terms:
  - name: สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)
    kind: agency
    forms: [สพร., DGA, สำนักงานพัฒนารัฐบาลดิจิทัล]
    typed: [ดีจีเอ]
  - {name: แผนพัฒนารัฐบาลดิจิทัล, kind: plan, forms: [แผน DG]}
  - {name: รัฐบาลดิจิทัล, kind: term, forms: [Digital Government], typed: [รัฐบาลดิจิตอล]}
  - {name: ทางรัฐ, kind: system, forms: [Citizen Portal]}
  - {name: คณะรัฐมนตรี, kind: agency, forms: [ครม.]}
  - {name: อนุมัติ, kind: term, typed: [ไฟเขียว]}
spellings:
  - {standard: ดิจิทัล, variants: [ดิจิตอล, ดิจิตัล]}
  - {standard: วิสัยทัศน์, variants: [วิสัยทัศน, วิสัยทัด]}
  - {standard: โควิด-19, variants: [โควิด 19, โควิด]}
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes) -> Path:
        path = tmp_path / f"glossary-{len(list(tmp_path.iterdir()))}.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def small(write: Callable[[str], Path]) -> Glossary:
    return read_glossary(write(SMALL))


@pytest.fixture(scope="session")
def shipped() -> Glossary:
    return read_glossary()


class TestMentions:
    def test_the_longest_form_counts(self, small: Glossary) -> None:
        found = small.mentions("สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน) ทำแผนพัฒนารัฐบาลดิจิทัล เพื่อรัฐบาลดิจิทัล")
        assert [m.term.name for m in found] == [
            "สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)",
            "แผนพัฒนารัฐบาลดิจิทัล",
            "รัฐบาลดิจิทัล",
        ]

    @pytest.mark.parametrize("text", ["สพร. จัดทำ", "สพรจัดทำ", "ส.พ.ร. จัดทำ", "โดย DGA", "dga ทำ", "ดีจีเอทำ"])
    def test_abbreviations_with_and_without_dots_and_capitals(self, small: Glossary, text: str) -> None:
        assert [m.term.kind for m in small.mentions(text)] == ["agency"]

    @pytest.mark.parametrize("text", ["ทางรัฐบาลแถลง", "MDGA", "DGA2", "สพรั่ง", "ครมาศ"])
    def test_a_form_inside_another_word_is_not_the_name(self, small: Glossary, text: str) -> None:
        assert small.mentions(text) == []

    @pytest.mark.parametrize("text", ["แอปทางรัฐมีกี่บริการ", "ทางรัฐ", "เปิดตัวทางรัฐเมื่อไร"])
    def test_the_same_form_as_a_word_is(self, small: Glossary, text: str) -> None:
        assert [m.term.name for m in small.mentions(text)] == ["ทางรัฐ"]

    def test_blanks_and_hyphens_in_latin_names_do_not_matter(self, small: Glossary) -> None:
        for text in ("Digital Government", "digital-government", "DigitalGovernment", "digital  government"):
            assert [m.term.name for m in small.mentions(text)] == ["รัฐบาลดิจิทัล"]

    def test_a_mention_says_where_it_stands_in_the_folded_text(self, small: Glossary) -> None:
        text = "มติ ค.ร.ม. ปี ๒๕๖๔ ให้ สพร. ทำ"
        folded = thai.fold(text)
        assert [folded[m.start : m.end] for m in small.mentions(text)] == [m.form for m in small.mentions(text)]
        assert [m.form for m in small.mentions(text)] == ["ครม", "สพร"]


class TestNames:
    def test_equal_names_begin_with_what_was_asked(self, small: Glossary) -> None:
        assert equal_names(small, "สพร. เสนอ ครม.") == (
            ("สพร", "สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)", "DGA", "สำนักงานพัฒนารัฐบาลดิจิทัล"),
            ("ครม", "คณะรัฐมนตรี"),
        )

    def test_a_form_that_is_only_typed_is_never_offered_as_a_name(self, small: Glossary) -> None:
        (names,) = equal_names(small, "ดีจีเอคืออะไร")
        assert names[0] == "ดีจีเอ"
        assert "ดีจีเอ" not in names[1:]
        (names,) = equal_names(small, "DGA คืออะไร")
        assert "ดีจีเอ" not in names

    def test_a_name_without_another_adds_nothing(self, small: Glossary) -> None:
        assert equal_names(small, "อนุมัติเมื่อไร") == ()

    def test_official_writes_the_name_for_what_is_only_typed(self, small: Glossary) -> None:
        assert small.official("ครม. ไฟเขียวแผน DG เมื่อไร").split() == ["ครม", "อนุมัติแผน", "dg", "เมื่อไร"]
        assert small.official("แผนที่ดีจีเอทำ") == "แผนที่สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)ทำ"
        assert small.official("ไม่มีชื่อใด") == "ไม่มีชื่อใด"

    def test_but_not_where_the_documents_write_it_too(self, small: Glossary) -> None:
        assert "ไฟเขียว" in small.official("ครม. ไฟเขียวแผน DG เมื่อไร", {"ไฟเขียว"})


class TestSpelling:
    @pytest.mark.parametrize(
        ("typed", "standard"),
        [
            ("รัฐบาลดิจิตอล", "รัฐบาลดิจิทัล"),
            ("วิสัยทัดของแผน", "วิสัยทัศน์ของแผน"),
            ("วิสัยทัศน ดิจิตัล", "วิสัยทัศน์ ดิจิทัล"),
            ("ยุคหลังโควิด", "ยุคหลังโควิด-19"),
            ("โควิด 19", "โควิด-19"),
        ],
    )
    def test_variants_are_written_the_standard_way(self, small: Glossary, typed: str, standard: str) -> None:
        assert small.standard_spelling(typed) == standard

    @pytest.mark.parametrize("right", ["วิสัยทัศน์", "โควิด-19 ระบาด", "รัฐบาลดิจิทัล", ""])
    def test_what_is_right_is_not_doubled(self, small: Glossary, right: str) -> None:
        assert small.standard_spelling(right) == right

    def test_a_glossary_without_spellings_or_terms_changes_nothing(self, write: Callable[[str], Path]) -> None:
        empty = read_glossary(write("terms: []"))
        assert empty.standard_spelling("ดิจิตอล") == "ดิจิตอล"
        assert empty.mentions("สพร.") == []
        assert empty.official("สพร") == "สพร"


class TestReading:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("terms: [", "parsing"),
            ("", "NoneType"),
            ("- สพร.", "list"),
            ("terms: [{kind: agency}]", "name"),
            ("terms: [{name: สพร.}]", "kind"),
            ("terms: [{name: สพร., kind: agency, forms: DGA}]", "must be a list, found 'DGA'"),
            ("terms: [{name: สพร., kind: agency, typed: }]", "must be a list"),
            ("terms: []\nspellings: [{standard: ดิจิทัล}]", "variants"),
            (b"\xff\xfe\xfa", "cannot read"),
        ],
    )
    def test_a_broken_file_is_told_in_one_sentence(
        self, write: Callable[[str | bytes], Path], content: str | bytes, says: str
    ) -> None:
        path = write(content)
        with pytest.raises(GlossaryError) as error:
            read_glossary(path)
        message = str(error.value)
        assert message.startswith(f"อ่านอภิธานศัพท์ {path} ไม่ได้")
        assert says in message
        assert "\n" not in message

    def test_a_missing_file_too(self, tmp_path: Path) -> None:
        with pytest.raises(GlossaryError, match="No such file"):
            read_glossary(tmp_path / "none.yaml")

    def test_the_digest_is_of_the_content(self, write: Callable[[str], Path]) -> None:
        one, same, other = (read_glossary(write(text)) for text in (SMALL, SMALL, SMALL + "\n# more"))
        assert one.digest == same.digest != other.digest


class TestShipped:
    def test_no_form_belongs_to_two_terms(self, shipped: Glossary) -> None:
        owners: dict[str, set[int]] = {}
        for number, term in enumerate(shipped.terms):
            for form in (*term.names, *term.typed):
                owners.setdefault(thai.squeeze(form).replace("-", "").replace(".", ""), set()).add(number)
        shared = {
            form: [shipped.terms[n].name for n in numbers] for form, numbers in owners.items() if len(numbers) > 1
        }
        assert shared == {}

    def test_every_source_is_one_of_the_manifest(self) -> None:
        sources = set(yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["sources"])
        terms = yaml.safe_load(GLOSSARY.read_text(encoding="utf-8"))["terms"]
        assert {(term["name"], s) for term in terms for s in term["sources"] if s not in sources} == set()

    def test_every_form_is_found_as_its_own_term(self, shipped: Glossary) -> None:
        """A form that the pattern never matches, or that another term takes first, would be dead weight."""
        lost = [
            (form, term.name)
            for term in shipped.terms
            for form in (*term.names, *term.typed)
            if term not in [mention.term for mention in shipped.mentions(f"{form} ")]
        ]
        assert lost == []

    def test_standard_spellings_stay_and_variants_reach_them(self, shipped: Glossary) -> None:
        for variant, standard in shipped.spellings:
            assert shipped.standard_spelling(standard) == standard
            assert shipped.standard_spelling(variant) == standard

    @pytest.mark.parametrize(
        ("asked", "name"),
        [
            ("สพร.", "สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)"),
            ("DGA", "สำนักงานพัฒนารัฐบาลดิจิทัล (องค์การมหาชน)"),
            ("New Way of Working", "การทำงานรูปแบบใหม่ (New Way of Working/Doing)"),
            ("ครม.", "คณะรัฐมนตรี"),
        ],
    )
    def test_what_officers_write_is_known(self, shipped: Glossary, asked: str, name: str) -> None:
        assert [mention.term.name for mention in shipped.mentions(asked)] == [name]


def test_everyday_words_are_single_words_that_documents_write_otherwise() -> None:
    glossary = read_glossary()
    assert glossary.everyday
    for said, written in glossary.everyday:
        assert thai.words(said) == [said], f"{said} is cut into several words and would never be met"
        assert said not in thai.STOP_WORDS
        assert written and said not in written
    assert glossary.written_for("เคาะ") == ("อนุมัติ", "เห็นชอบ")
    assert glossary.written_for("อนุมัติ") == ()
