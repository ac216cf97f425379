"""Makes openpyxl.xlsx anew; libreoffice.xlsx is the same file after `soffice --convert-to xlsx` (see below).

    python3 make.py && soffice --headless --convert-to xlsx:"Calc MS Excel 2007 XML" --outdir /tmp openpyxl.xlsx && mv /tmp/openpyxl.xlsx libreoffice.xlsx
"""
import datetime
import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

book = openpyxl.Workbook()
data = book.active
data.title = "Candidates"
data.append(["initiative_key", "title", "engineering_tokens", "deadline_date", "is_mandatory", "share", "run_status", "updated_at"])
for number in range(1, 13):
    data.append([f"INIT-{number:06}", f"Initiative {number} – “ä€”", number * 10, datetime.date(2026, 2, number), number % 3 == 0,
                 f"=C{number + 1}/SUM($C$2:$C$13)"])
    data.cell(number + 1, 8).number_format = "yyyy-mm-dd hh:mm"
data["B3"] = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"))
data["G2"] = "OK: an older status"
data["G2"].fill = PatternFill("solid", fgColor="FFE7F6EC")
data["G2"].font = Font(name="Arial", size=9, italic=True)
data["A1"].border = Border(bottom=Side(style="thick"))
data["B2"].comment = Comment("Ask Ada", "Ada")
data["A16"] = "merged"
data.merge_cells("A16:C17")
data.column_dimensions["B"].width = 33
data.freeze_panes = "B2"
data.auto_filter.ref = "A1:H13"
choices = DataValidation(type="list", formula1='"TRUE,FALSE"', allow_blank=True)
choices.add("E2:E100")
data.add_data_validation(choices)
data.conditional_formatting.add("C2:C13", ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="2F6FDE"))
notes = book.create_sheet("Notes")
notes["A1"] = "=SUM(Candidates!C2:C13)"
notes["A2"].hyperlink = "https://example.com/"
chart = BarChart()
chart.add_data(Reference(data, min_col=3, min_row=1, max_row=13), titles_from_data=True)
notes.add_chart(chart, "B4")
hidden = book.create_sheet("Hidden")
hidden.sheet_state = "hidden"
book.defined_names["tokens"] = DefinedName("tokens", attr_text="Candidates!$C$2:$C$13")
book.save("openpyxl.xlsx")
