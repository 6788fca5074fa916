"""Bar charts of a Word document as Word draws them itself: sharp, editable, in the document's own font.

A chart is a part of the package in DrawingML; nothing is drawn here, so the same figures give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.packuri import PackURI
from docx.opc.part import Part

from config.safe_text import safe_text

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EMU = 36_000  # in a millimetre
WIDTH = 165  # millimetres between the margins of A4 portrait


@dataclass(frozen=True)
class Series:
    """One row of bars: its name in the legend, its colour (RRGGBB), a figure or nothing for each category."""

    name: str
    colour: str
    values: tuple[float | None, ...]
    ink: str = "FFFFFF"  # of the figures on its bars


@dataclass(frozen=True)
class BarChart:
    """Lying bars, a category below the other; stacked, or side by side; `described` is read out in its place."""

    described: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    stacked: bool
    number_format: str = "0"

    @property
    def height(self) -> int:
        """Its height in millimetres: by the number of bars."""
        bars = len(self.categories) * (8 if self.stacked else 5 * len(self.series))
        return 24 + max(bars, 16)


class Placed:
    """A chart as a value of a template: put where its name stands, and only then added to the document."""

    def __init__(self, document: Any, number: int, chart: BarChart) -> None:
        self._document, self._number, self._chart = document, number, chart

    def __html__(self) -> str:
        """Return what stands in a run in its place; the template writes it as it is."""
        owner = self._document.current_rendering_part
        name = PackURI(f"/word/charts/chart{self._number}.xml")
        part = Part(name, CONTENT_TYPE, chart_part(self._chart), owner.package)
        return f"</w:t></w:r><w:r>{self._drawing(owner.relate_to(part, RELATION))}</w:r><w:r><w:t>"

    def __str__(self) -> str:
        return self.__html__()

    def _drawing(self, relation: str) -> str:
        chart = self._chart
        described = quoteattr(safe_text(chart.described))
        return (
            f'<w:drawing><wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{WIDTH * EMU}" cy="{chart.height * EMU}"/>'
            f'<wp:docPr id="{self._number}" name="Biểu đồ {self._number}" descr={described}/><wp:cNvGraphicFramePr/>'
            f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
            f'<c:chart xmlns:c="{_C}" xmlns:r="{_R}" r:id="{relation}"/>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing>"
        )


def chart_part(chart: BarChart) -> bytes:
    """Return the chart part of `chart`."""
    grouping = "stacked" if chart.stacked else "clustered"
    overlap = '<c:overlap val="100"/>' if chart.stacked else ""
    series = "".join(_series(chart, place, one) for place, one in enumerate(chart.series))
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}"><c:lang val="vi-VN"/><c:roundedCorners val="0"/><c:chart>'
        '<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="45"/>{overlap}<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f'{_line("808080")}<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/><c:majorGridlines>{_line("D9D9D9")}</c:majorGridlines>'
        f'<c:numFmt formatCode={quoteattr(chart.number_format)} sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="1"/><c:crosses val="max"/></c:valAx></c:plotArea>'
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart>{_font(1000)}</c:chartSpace>'
    )
    return xml.encode()


def _series(chart: BarChart, place: int, series: Series) -> str:
    shown = quoteattr(f"{chart.number_format};-{chart.number_format};;")  # no figure on a bar of length zero
    labels = (
        f'<c:dLbls><c:numFmt formatCode={shown} sourceLinked="0"/>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_font(900, series.ink if chart.stacked else None)}"
        f'<c:dLblPos val="{"ctr" if chart.stacked else "outEnd"}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f'<c:tx><c:strRef><c:f>B1</c:f><c:strCache><c:ptCount val="1"/>{_point(0, series.name)}</c:strCache></c:strRef>'
        f'</c:tx><c:spPr><a:solidFill><a:srgbClr val="{series.colour}"/></a:solidFill></c:spPr>'
        f'<c:invertIfNegative val="0"/>{labels}'
        f'<c:cat><c:strRef><c:f>A2</c:f><c:strCache><c:ptCount val="{len(chart.categories)}"/>'
        f"{''.join(_point(i, name) for i, name in enumerate(chart.categories))}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>B2</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{len(series.values)}"/>'
        f"{''.join(_point(i, repr(v)) for i, v in enumerate(series.values) if v is not None)}"
        "</c:numCache></c:numRef></c:val></c:ser>"
    )


def _point(place: int, text: str) -> str:
    return f'<c:pt idx="{place}"><c:v>{escape(safe_text(text))}</c:v></c:pt>'


def _line(colour: str) -> str:
    return f'<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></c:spPr>'


def _font(size: int, colour: str | None = None) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>' if colour else ""
    face = "Times New Roman"
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}">{fill}'
        f'<a:latin typeface="{face}"/><a:cs typeface="{face}"/></a:defRPr></a:pPr><a:endParaRPr lang="vi-VN"/></a:p>'
        "</c:txPr>"
    )
