"""Random workbooks, written by openpyxl, and what may become of them.

Every choice follows from the seed, so that a failure can be made again.
"""

import datetime
import pathlib
import random
import zipfile

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

SYSTEM = ["run_status", "updated_source", "updated_at"]
# Every tab's columns, those of Lodestar last; what is not Lodestar's is the people's.
PEOPLES = {
    "Central Backlog": ["initiative_key", "title", "country", "department", "category", "program_key", "lifecycle_status",
                        "is_optimization_candidate", "immediate_kpi_key", "notes"],
    "KPI_Contributions": ["initiative_key", "kpi_key", "contribution", "notes"],
    "Candidates": ["initiative_key", "title", "country", "engineering_tokens", "deadline_date", "is_mandatory", "mandate_reason",
                   "prerequisite_keys", "exclusion_keys", "is_selected_for_run", "notes"],
    "Scenario_Config": ["scenario_name", "period_key", "capacity_total_tokens", "objective_mode", "objective_weights_json", "notes"],
    "Constraints": ["scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "min_tokens", "max_tokens", "notes"],
    "Targets": ["scenario_name", "constraint_set_name", "country", "kpi_key", "floor_or_goal", "target_value", "baseline_value", "notes"],
    "MathModels": ["initiative_key", "model_name", "formula_text", "assumptions_text", "metric_chain_text",
                   "llm_suggested_metric_chain_text", "approved_by_user", "notes"],
    "Params": ["initiative_key", "model_name", "param_name", "value", "unit", "source", "notes"],
    "Scoring_Inputs": ["initiative_key", "input_name", "value", "notes"],
    "Runs": [],
    "Results": ["notes"],
    "Gaps_Alerts": ["recommendation", "notes"],
}
LODESTARS = {
    "Candidates": ["north_star_contribution"],
    "Runs": ["run_id", "scenario_name", "constraint_set_name", "optimization_db_status", "created_at", "finished_at",
             "selected_count", "total_objective", "capacity_used"],
    "Results": ["initiative_key", "title", "run_id", "scenario_name", "constraint_set_name", "selected", "selected_form",
                "allocated_tokens", "gains", "reason"],
    "Gaps_Alerts": ["scenario_name", "constraint_set_name", "country", "kpi_key", "run_id", "floor_or_goal", "target_value",
                    "achieved_value", "gap", "severity", "system_recommendation"],
}
OUTPUT_TABS = ["Runs", "Results", "Gaps_Alerts"]
# What can be saved: output tabs for the people's notes.
SAVED_TABS = [tab for tab in PEOPLES if PEOPLES[tab]]
ODD_TEXTS = ["=1+1", "+49 30", "-", "@home", " spaced ", "two\nlines", "مرحبا", "שלום \u200f42", "👩‍👩‍👧‍👦", "_x0041_", "<&>\"'", "x" * 2000,
             "18O", "#N/A", "TRUE", "2026-02-31", "1e400", "a,b,,a", "\u00a0"]


class RandomWorkbook:
    """A workbook with known and unknown tabs, and what is known of it."""

    def __init__(self, seed: int, example: pathlib.Path):
        self.random = random.Random(seed)
        self.example = example
        self.book = openpyxl.Workbook()
        # By tab: the row of its headers, and by canonical name the columns that Lodestar may write.
        self.header_rows: dict[str, int] = {}
        self.owned: dict[str, set[int]] = {}
        self.keys: dict[str, list[str]] = {}

    def write(self, path: pathlib.Path) -> None:
        choose = self.random
        self.book.remove(self.book.active)
        if choose.random() < 0.3:
            self.book.epoch = CALENDAR_MAC_1904
        tabs = list(PEOPLES) + ["Notes", "Ünknown 😀", "Feed"]
        choose.shuffle(tabs)
        for tab in tabs:
            sheet = self.book.create_sheet(tab)
            self.fill(sheet) if tab in PEOPLES else self.scribble(sheet)
        for number in range(choose.randrange(3)):
            name = f"name_{number}"
            self.book.defined_names[name] = DefinedName(name, attr_text=f"Candidates!$A${number + 1}:$B$9")
        self.book.active = self.book.sheetnames.index("Candidates")
        self.book["Feed"].sheet_state = choose.choice(["visible", "hidden", "veryHidden"])
        self.book.save(path)
        with zipfile.ZipFile(path, "a", choose.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
            archive.writestr("customXml/item1.xml", choose.randbytes(choose.randrange(3000)))
            archive.writestr("xl/vbaProject.bin", choose.randbytes(5000))

    # What a tab of the catalogue holds.

    def fill(self, sheet) -> None:
        choose, tab = self.random, sheet.title
        lodestars = LODESTARS.get(tab, []) + SYSTEM
        # Key columns and those that a tab must have stay; of Lodestar's own system columns any may be absent.
        columns = PEOPLES[tab] + [c for c in lodestars if c not in SYSTEM or choose.random() < 0.85]
        columns += [f"mine {n}" for n in range(choose.randrange(3))] + [None] * choose.randrange(2)
        if choose.random() < 0.7:
            choose.shuffle(columns)
        header_row = choose.choice([1, 1, 1, 2, 4])
        self.header_rows[tab] = header_row
        self.owned[tab] = {number for number, name in enumerate(columns, 1) if name in lodestars}
        for number, name in enumerate(columns, 1):
            if name:
                sheet.cell(header_row, number).value = choose.choice([name, name.upper(), name.replace("_", " "), f" {name} "])
        rows = self.rows_of(tab)
        row = header_row
        for values in rows:
            row += choose.choice([1, 1, 1, 1, 2])
            for number, name in enumerate(columns, 1):
                self.put(sheet, sheet.cell(row, number), name, values, name in lodestars)
        self.decorate(sheet, header_row, row, len(columns))

    def rows_of(self, tab: str) -> list[dict]:
        """The example's own rows, some of them, so that most of it can be saved."""
        choose = self.random
        for path in sorted(self.example.glob("*.xlsx")):
            book = openpyxl.load_workbook(path, data_only=True)
            if tab in book.sheetnames:
                rows = list(book[tab].iter_rows(values_only=True))
                found = [dict(zip(rows[0], values)) for values in rows[1:] if values[0] is not None]
                break
        else:
            raise SystemExit(f"the example has no tab {tab}")
        if tab in OUTPUT_TABS:
            found = [{} for _ in range(choose.randrange(5))]
        wanted = choose.sample(found, k=choose.randint(min(3, len(found)), len(found)))
        if choose.random() < 0.3 and wanted:
            wanted.append(dict(wanted[0]))
        first = PEOPLES[tab][0] if tab not in OUTPUT_TABS else None
        self.keys[tab] = [str(values[first]) for values in wanted if first and values.get(first)]
        return wanted

    def put(self, sheet, cell, name: str | None, values: dict, is_lodestars: bool) -> None:
        choose = self.random
        value = values.get(name) if name else None
        if name is None or name.startswith("mine"):
            value = self.anything(cell)
        elif is_lodestars:
            # An older status, or somebody's formula in Lodestar's column: that stays.
            value = choose.choice([None, None, None, "OK: of yesterday", f"=LEN(A{cell.row})", 7])
        elif choose.random() < 0.06 and name not in ("initiative_key", "scenario_name"):
            value = choose.choice(ODD_TEXTS + [f"=A{cell.row}&\"x\"", 180.5, True])
        if value is None and choose.random() < 0.5:
            return
        if isinstance(value, str) and value.startswith("=") and value in ODD_TEXTS:
            cell.value, cell.data_type = value, "s"
        else:
            cell.value = value
        self.dress(cell)

    def anything(self, cell):
        choose = self.random
        row = cell.row
        return choose.choice([
            None, choose.randint(-9, 9**9), choose.random(), choose.choice(ODD_TEXTS[1:]), True, f"=SUM(A1:A{row - 1 or 1})",
            datetime.date(2026, 2, 1 + row % 28), datetime.datetime(2026, 2, 1, 12, row % 60), datetime.time(7, row % 60), "#REF!",
            CellRichText("plain ", TextBlock(InlineFont(b=True), "bold")), f"=Candidates!A{row}", "=NOW()"])

    def dress(self, cell) -> None:
        choose = self.random
        if choose.random() < 0.15:
            cell.fill = PatternFill("solid", fgColor=f"FF{choose.randrange(1 << 24):06X}")
        if choose.random() < 0.15:
            cell.font = Font(name="Arial", size=choose.randint(7, 14), bold=choose.random() < 0.5)
        if choose.random() < 0.1:
            cell.number_format = choose.choice(["0.00", "yyyy-mm-dd", "@", "[h]:mm", "#,##0 \"t\"", "dd/mm/yyyy hh:mm"])
        if choose.random() < 0.05:
            cell.border = Border(bottom=Side(style="thick"))
        if choose.random() < 0.05:
            cell.protection = Protection(locked=False, hidden=True)

    def decorate(self, sheet, header_row: int, last_row: int, width: int) -> None:
        """What stands around cells. Nothing of it is Lodestar's."""
        choose = self.random
        area = f"A{header_row}:{get_column_letter(max(width, 1))}{max(last_row, header_row)}"
        if choose.random() < 0.5:
            sheet.auto_filter.ref = area
        if choose.random() < 0.5:
            sheet.freeze_panes = sheet.cell(header_row + 1, 2)
        if choose.random() < 0.3:
            sheet.protection.sheet = True
        for _ in range(choose.randrange(3)):
            sheet.row_dimensions[choose.randint(1, last_row + 3)].hidden = True
            sheet.row_dimensions[choose.randint(1, last_row + 3)].height = choose.randint(10, 60)
            sheet.column_dimensions[get_column_letter(choose.randint(1, width + 3))].width = choose.randint(5, 60)
        if choose.random() < 0.4:
            sheet.cell(header_row, 1).comment = Comment("Ask Ada", "Ada")
        if choose.random() < 0.5:
            validation = DataValidation(type="list", formula1='"TRUE,FALSE"', allow_blank=True)
            validation.add(f"C{header_row + 1}:C200")
            sheet.add_data_validation(validation)
        if choose.random() < 0.5:
            sheet.conditional_formatting.add(area, ColorScaleRule(start_type="min", start_color="FFFFFF", end_type="max", end_color="2F6FDE"))
            sheet.conditional_formatting.add(area, CellIsRule(operator="equal", formula=["1"], fill=PatternFill("solid", bgColor="FFFF0000")))
        if choose.random() < 0.4:
            far = width + 3
            sheet.cell(last_row + 2, far).value = "merged"
            sheet.merge_cells(start_row=last_row + 2, end_row=last_row + 3, start_column=far, end_column=far + 2)
        if choose.random() < 0.4:
            column = get_column_letter(width + 8)
            first = f"{column}{header_row}"
            sheet[first] = ArrayFormula(f"{first}:{column}{header_row + 4}", "=A1:A5*2")

    # Tabs that Lodestar does not know.

    def scribble(self, sheet) -> None:
        choose = self.random
        width, height = choose.randint(2, 9), choose.randint(2, 30)
        for number in range(1, width + 1):
            sheet.cell(1, number).value = f"h{number}"
        for row in range(2, height + 1):
            for column in range(1, width + 1):
                if choose.random() < 0.6:
                    cell = sheet.cell(row, column)
                    cell.value = self.anything(cell)
                    self.dress(cell)
        self.decorate(sheet, 1, height, width)
        if choose.random() < 0.5:
            sheet.auto_filter.ref = None
            sheet.add_table(Table(displayName=f"T{self.book.index(sheet)}", ref=f"A1:{get_column_letter(width)}{height}"))
        if choose.random() < 0.6:
            chart = BarChart()
            chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=height), titles_from_data=True)
            sheet.add_chart(chart, f"{get_column_letter(width + 2)}4")
        sheet["B2"].hyperlink = "https://example.com/"
