"""The cited page as a picture: the passage marked where it stands, whatever the page's size and turn."""

import io
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from corpus import pages
from corpus.document import Box
from tests.ingest.pdf_files import pdf

BOX = Box(page=1, left=0.1, top=0.1, right=0.5, bottom=0.2)
LETTER = "BT /F1 40 Tf 1 0 0 1 100 730 Tm (MMMM) Tj ET"


def kept(tmp_path: Path, content: bytes, name: str = "draft.pdf") -> Path:
    source = tmp_path / name
    source.write_bytes(content)
    release = tmp_path / "release"
    assert pages.keep_pages(source, release, "draft")
    return release


def shown(picture: bytes | None) -> Image.Image:
    assert picture is not None
    return Image.open(io.BytesIO(picture)).convert("RGB")


def near(colour: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 12 for a, b in zip(colour, expected, strict=True))


def at(image: Image.Image, x: float, y: float) -> object:
    return image.getpixel((int(x * image.width), int(y * image.height)))


def test_the_passage_is_marked_and_nothing_else(tmp_path: Path) -> None:
    image = shown(pages.page_image(kept(tmp_path, pdf([""])), "draft", 1, [BOX]))
    assert max(image.size) == pages.LONG_SIDE
    assert near(at(image, 0.3, 0.15), pages.MARK)
    for x, y in ((0.05, 0.15), (0.6, 0.15), (0.3, 0.05), (0.3, 0.3)):
        assert near(at(image, x, y), (255, 255, 255))


def test_letters_stay_black_under_the_mark(tmp_path: Path) -> None:
    image = shown(pages.page_image(kept(tmp_path, pdf([LETTER])), "draft", 1, [BOX]))
    area = image.crop(
        (int(0.17 * image.width), int(0.1 * image.height), int(0.4 * image.width), int(0.14 * image.height))
    )
    darkest, _ = area.convert("L").getextrema()
    assert isinstance(darkest, int)
    assert darkest < 20


def test_boxes_of_other_pages_are_not_marked(tmp_path: Path) -> None:
    image = shown(pages.page_image(kept(tmp_path, pdf(["", ""])), "draft", 2, [BOX]))
    assert near(at(image, 0.3, 0.15), (255, 255, 255))


def test_a_turned_page_is_shown_as_it_is_read(tmp_path: Path) -> None:
    image = shown(pages.page_image(kept(tmp_path, pdf([""], page_extra="/Rotate 90")), "draft", 1, [BOX]))
    assert image.width > image.height
    assert near(at(image, 0.3, 0.15), pages.MARK)


def test_a_box_beyond_the_page_marks_what_is_on_it(tmp_path: Path) -> None:
    image = shown(
        pages.page_image(kept(tmp_path, pdf([""])), "draft", 1, [Box(1, 0.9, 0.9, 1.4, 1.3), Box(1, 2, 2, 3, 3)])
    )
    assert near(at(image, 0.99, 0.99), pages.MARK)


def test_a_scanned_picture_is_kept_as_pages(tmp_path: Path) -> None:
    picture = io.BytesIO()
    sheets = [Image.new("RGB", (600, 850), colour) for colour in ("white", "blue")]
    sheets[0].save(picture, "TIFF", save_all=True, append_images=sheets[1:])
    release = kept(tmp_path, picture.getvalue(), "scan.tiff")
    assert near(at(shown(pages.page_image(release, "draft", 2)), 0.5, 0.5), (0, 0, 255))


def test_what_has_no_pages_has_no_picture(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# A", encoding="utf-8")
    assert not pages.keep_pages(note, tmp_path / "release", "note")
    assert pages.page_image(tmp_path / "release", "note", 1) is None


@pytest.mark.parametrize("page", [0, -1, 2])
def test_no_picture_of_a_page_that_is_not_there(tmp_path: Path, page: int) -> None:
    assert pages.page_image(kept(tmp_path, pdf([""])), "draft", page) is None


def test_a_damaged_file_shows_nothing_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert pages.page_image(kept(tmp_path, b"%PDF-1.7 and no more"), "draft", 1) is None
    assert "draft" in caplog.text


def test_two_people_may_look_at_once(tmp_path: Path) -> None:
    release = kept(tmp_path, pdf([LETTER]))
    pictures: list[bytes | None] = []
    threads = [Thread(target=lambda: pictures.append(pages.page_image(release, "draft", 1, [BOX]))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pictures)) == 1
    assert pictures[0]
