"""A mutual non-disclosure agreement of three pages."""

from __future__ import annotations

from typing import Any

from service.sample.documents.paper import (
    GREY,
    HAIRLINE,
    MUSEUM,
    MUSEUM_ADDRESS,
    flowing,
    style,
)

_STUDIO = "Longitude Exhibit Studio B.V."
_TITLE = "Mutual Non-Disclosure Agreement"

_PARTIES = (
    f"<b>{MUSEUM}</b>, a company limited by guarantee registered in Ireland, whose registered "
    f"office is at {', '.join(MUSEUM_ADDRESS)} (the <b>Museum</b>); and",
    f"<b>{_STUDIO}</b>, a private company with limited liability registered in the Netherlands, "
    "whose registered office is at Wijnhaven 88, 3011 WT Rotterdam (the <b>Studio</b>).",
)
_BACKGROUND = (
    "The Museum is preparing a travelling exhibition with the working title "
    "<i>Off the Ground</i> (the <b>Project</b>) and is considering whether to appoint the Studio "
    "as its exhibit designer.",
    "To judge whether they wish to work together, each party will show the other information "
    "that it does not make public. This agreement says how that information is to be treated.",
)
_CLAUSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Definitions",
        (
            "<b>Confidential Information</b> means all information, in whatever form, that one "
            "party (the <b>Discloser</b>) makes available to the other (the <b>Recipient</b>) in "
            "connection with the Project and that is marked as confidential or would be "
            "understood to be confidential by a reasonable person. It includes floor plans, "
            "lending agreements, the identity of lenders, insurance values, budgets, visitor "
            "research, design drafts, software and prototypes.",
            "<b>Purpose</b> means the evaluation of the Project and, if the parties so agree, the "
            "preparation of a design contract.",
            "<b>Representatives</b> means the directors, employees, professional advisers and "
            "approved subcontractors of a party who need to know Confidential Information for "
            "the Purpose.",
        ),
    ),
    (
        "Duty of confidence",
        (
            "The Recipient shall keep the Confidential Information secret, shall use it for the "
            "Purpose only, and shall not disclose it to anyone other than its Representatives.",
            "The Recipient shall protect the Confidential Information with the care that it uses "
            "for its own secrets, and in any case with no less than reasonable care.",
            "The Recipient is liable for any breach of this agreement by its Representatives as if "
            "the breach were its own.",
        ),
    ),
    (
        "What is not confidential",
        (
            "Clause 2 does not apply to information that (a) is or becomes public other than by "
            "a breach of this agreement; (b) was lawfully known to the Recipient before it was "
            "disclosed; (c) is received from a third party who is free to disclose it; or (d) is "
            "developed by the Recipient independently and without use of the Confidential "
            "Information. The burden of proof lies with the Recipient.",
        ),
    ),
    (
        "Disclosure required by law",
        (
            "Where a court, a regulator or the Freedom of Information Act 2014 obliges the "
            "Recipient to disclose Confidential Information, the Recipient shall, so far as the "
            "law allows, tell the Discloser at once, disclose no more than it must, and ask that "
            "what it discloses be treated as confidential.",
        ),
    ),
    (
        "Photographs and models",
        (
            "Photographs, scans, renderings and physical models that show the Project are "
            "Confidential Information of the Museum, whoever made them. They may not be published "
            "or entered for awards, nor shown in a portfolio, before the exhibition has opened "
            "to the public.",
        ),
    ),
    (
        "Return and destruction",
        (
            "Within fourteen days of a written request the Recipient shall return or destroy all "
            "Confidential Information, and shall confirm in writing that it has done so.",
            "The Recipient may keep one copy in its legal files, and copies made by automatic "
            "backup until they are overwritten in the ordinary course. This agreement continues "
            "to apply to them.",
        ),
    ),
    (
        "Term",
        (
            "This agreement takes effect on 3 February 2025 (the <b>Effective Date</b>) and "
            "continues for two years, unless a party ends it earlier with thirty days' written "
            "notice.",
            "The duties of confidence survive the end of this agreement for a further period of "
            "five years. Where Confidential Information is a trade secret, they last for as long "
            "as it remains one.",
        ),
    ),
    (
        "No licence, no obligation",
        (
            "All Confidential Information remains the property of the Discloser. Nothing in this "
            "agreement grants a licence under any patent, copyright, design right or trade mark.",
            "Neither party is bound to disclose any particular information or to enter into any "
            "further contract. Confidential Information is provided without any warranty as to "
            "its accuracy or completeness.",
        ),
    ),
    (
        "Personal data",
        (
            "The parties do not expect to exchange personal data beyond the business contact "
            "details of their staff. Should more be needed, they shall first agree in writing on "
            "the terms that the General Data Protection Regulation requires.",
        ),
    ),
    (
        "Remedies",
        (
            "Each party accepts that damages alone may not be an adequate remedy for a breach of "
            "this agreement, and that the other may apply for an injunction or for specific "
            "performance.",
            "For each intentional breach of clause 2 the Recipient shall pay the Discloser a "
            "contractual penalty of €10,000, against which it may show that the loss was lower.",
        ),
    ),
    (
        "General",
        (
            "This agreement is the whole agreement between the parties on its subject. It may be "
            "changed only in writing signed by both. Neither party may assign it without the "
            "other's consent. If a provision is invalid, the others remain in force.",
            "Notices shall be sent to the registered office of the other party by registered post, "
            "or by e-mail where receipt is confirmed.",
        ),
    ),
    (
        "Governing law and jurisdiction",
        (
            "This agreement and any dispute arising from it are governed by the laws of Ireland. "
            "The courts of Dublin have exclusive jurisdiction.",
        ),
    ),
)
_SIGNATURES = (
    (MUSEUM, "Dr Maeve Corcoran", "Director"),
    (_STUDIO, "Joris van der Meulen", "Managing partner"),
)


def nda() -> bytes:
    """The agreement between the museum and an exhibit designer, as PDF."""
    return flowing(_story(), title=_TITLE, author=MUSEUM, margins_mm=27, each_page=_margins)


def _story() -> list[Any]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer

    serif = {"fontName": "Times-Roman", "fontSize": 11, "leading": 15.5}
    title = style("title", fontName="Times-Bold", fontSize=21, leading=26, spaceAfter=4)
    under = style("under", **{**serif, "fontName": "Times-Italic"}, spaceAfter=18)
    heading = style(
        "heading", fontName="Times-Bold", fontSize=12, leading=16, spaceBefore=11, spaceAfter=3
    )
    numbered = style(
        "numbered",
        **serif,
        leftIndent=26,
        bulletFontName="Times-Roman",
        bulletFontSize=11,
        spaceAfter=5,
        alignment=4,
    )
    story: list[Any] = [
        Paragraph(_TITLE, title),
        Paragraph("Dated 3 February 2025", under),
        Paragraph("Parties", heading),
        *(
            Paragraph(text, numbered, bulletText=f"({number})")
            for number, text in enumerate(_PARTIES, 1)
        ),
        Paragraph("Background", heading),
        *(
            Paragraph(text, numbered, bulletText=f"({letter})")
            for letter, text in zip("AB", _BACKGROUND, strict=True)
        ),
        Paragraph("Agreed terms", heading),
    ]
    for number, (name, texts) in enumerate(_CLAUSES, 1):
        paragraphs = [
            Paragraph(text, numbered, bulletText=f"{number}.{part}")
            for part, text in enumerate(texts, 1)
        ]
        # A heading never stands alone at the foot of a page.
        story.append(KeepTogether([Paragraph(f"{number}. {name}", heading), paragraphs[0]]))
        story.extend(paragraphs[1:])
    story.append(Spacer(1, 22))
    story.append(KeepTogether([Paragraph("Signed by the parties", heading), _signatures(serif)]))
    return story


def _signatures(serif: dict[str, Any]) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table, TableStyle

    cell = style("cell", **serif)
    small = style("small", fontName="Times-Roman", fontSize=9.5, leading=13, textColor=GREY)
    columns = [
        [
            Paragraph(f"for <b>{party}</b>", cell),
            "",
            Paragraph(f"{name}<br/>{role}", cell),
            Paragraph("Date and place", small),
        ]
        for party, name, role in _SIGNATURES
    ]
    rows = [[left, "", right] for left, right in zip(*columns, strict=True)]
    table = Table(rows, colWidths=["46%", "8%", "46%"], rowHeights=[40, 46, 40, 40])
    line = HexColor(HAIRLINE)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                *(
                    ("LINEBELOW", (column, row), (column, row), 0.7, line)
                    for row in (1, 3)
                    for column in (0, 2)
                ),
            ]
        )
    )
    return table


def _margins(canvas: Any, document: Any) -> None:
    # The text stands six points inside its frame.
    left, right = document.leftMargin + 6, document.pagesize[0] - document.rightMargin - 6
    canvas.saveState()
    canvas.setFont("Times-Roman", 9)
    canvas.setFillColor(GREY)
    canvas.drawString(left, 42, f"{_TITLE}: Northgate Museum and Longitude Exhibit Studio")
    canvas.drawRightString(right, 42, f"Page {document.page}")
    canvas.restoreState()
