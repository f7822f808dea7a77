"""Word files as Word writes them: automatic numbers, revisions, notes and boxes set as raw XML through python-docx."""

from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.shared import Pt

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
OUTLINE = (("thaiNumbers", "%1."), ("thaiNumbers", "%1.%2"), ("thaiLetters", "(%3)"), ("bullet", "\uf0b7"))


class WordFile:
    """A document under way; lists are added by number, paragraphs as they come."""

    def __init__(self) -> None:
        self.document = docx.Document()
        self.numbering: Any = self.document.part.numbering_part.element

    def define(self, definition: int, levels: tuple[tuple[str, str], ...]) -> None:
        told = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for i, (kind, text) in enumerate(levels)
        )
        xml = f'<w:abstractNum {NS} w:abstractNumId="{definition}">{told}</w:abstractNum>'
        self.numbering.insert(0, parse_xml(xml))

    def list(self, number: int, definition: int, restart: bool = False) -> None:
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
        xml = f'<w:num {NS} w:numId="{number}"><w:abstractNumId w:val="{definition}"/>{override}</w:num>'
        self.numbering.append(parse_xml(xml))

    def add(self, text: str, number: int = 0, level: int = 0, style: str | None = None, **looks: Any) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        run = paragraph.add_run(text)
        run.bold = looks.get("bold")
        run.font.size = Pt(looks["size"]) if "size" in looks else None
        if number:
            xml = f'<w:numPr {NS}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(xml))
        return paragraph._p

    def raw(self, paragraph: Any, xml: str) -> None:
        paragraph.append(parse_xml(xml.replace(">", f" {NS}>", 1)))

    def save(self, path: Path) -> Path:
        self.document.save(str(path))
        return path
