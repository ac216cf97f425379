import Messages
import SheetSyncDomain
import Testing

@testable import SheetSyncServer

struct WorkbookExampleTests {
  let folder = TemporaryFolder()
  private let company = ExampleCompany.initiatives
  private let eligible = ExampleCompany.initiatives.filter { $0.isCandidate && $0.period.isEmpty && $0.tokens != nil }

  @Test(arguments: [WorkbookTemplate.blank, .example, .mistakes])
  func `every tab of the catalogue has its headers in order`(content: WorkbookTemplate) async throws {
    var found: Set<TabName> = []
    for path in try await WorkbookMaking.make(content, in: folder.path, offering: .example) {
      let file = try await WorkbookFile.open(path, for: .read)
      for tab in try await file.tabs() {
        guard let definition = Catalogue.tab(spelt: tab.name) else { continue }
        found.insert(definition.name)
        let table = try await file.read(tab.name)
        #expect(table.rows.first?.cells.map(\.value) == definition.columns.map { .text($0.name) })
      }
    }
    #expect(content == .mistakes || found == Set(TabName.allCases))
  }

  @Test func `new workbooks never replace a file, and come all or none`() async throws {
    writeFile([1], to: folder.file("Optimization Center.xlsx"))
    let error = await #expect(throws: WorkbookError.self) {
      try await WorkbookMaking.make(.example, in: folder.path, offering: .example)
    }
    #expect(error?.kind == .alreadyExists)
    #expect(error?.message.contains("Optimization Center.xlsx: there is a file of this name already") == true)
    #expect(folder.names == ["Optimization Center.xlsx"])
    #expect(readFile(folder.file("Optimization Center.xlsx")) == [1])
    let missing = await #expect(throws: WorkbookError.self) {
      try await WorkbookMaking.make(.blank, in: folder.file("nowhere"), offering: .example)
    }
    #expect(missing?.kind == .notFound)
  }

  @Test func `the same content makes the same files`() async throws {
    let other = TemporaryFolder()
    let one = try await WorkbookMaking.make(.example, in: folder.path, offering: .example)
    let two = try await WorkbookMaking.make(.example, in: other.path + "/", offering: .example)
    #expect(one.map(readFile) == two.map(readFile))
    #expect(folder.names == ["Central Backlog.xlsx", "Optimization Center.xlsx", "ProductOps.xlsx"])
  }

  @Test(.needsPython, arguments: [WorkbookTemplate.blank, .example, .mistakes])
  func `openpyxl opens new workbooks`(content: WorkbookTemplate) async throws {
    for path in try await WorkbookMaking.make(content, in: folder.path, offering: .example) {
      let result = python("import openpyxl, sys; [list(s.rows) for s in openpyxl.load_workbook(sys.argv[1])]", path, in: folder)
      #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
    }
  }

  /// What a person meets in a new workbook, as openpyxl sees it.
  @Test(.needsPython, arguments: [WorkbookTemplate.blank, .example])
  func `headers have notes and stay in view, columns are wide enough, and what can be chosen is offered`(
    content: WorkbookTemplate
  ) async throws {
    let paths = try await WorkbookMaking.make(content, in: folder.path, offering: .example)
    let seen = python(Self.furniture, ["made", furnitureFile()] + paths, in: folder)
    #expect(seen.status == 0, "\(seen.output)")
  }

  @Test(.needsPython, .needsLibreOffice, arguments: [WorkbookTemplate.blank, .example])
  func `notes, widths and what is offered are still there after LibreOffice has opened and saved a new workbook`(
    content: WorkbookTemplate
  ) async throws {
    let paths = try await WorkbookMaking.make(content, in: folder.path, offering: .example)
    let books = paths.map { "'\($0)'" }.joined(separator: " ")
    let office = "soffice -env:UserInstallation=file://\(folder.file("profile")) --headless --convert-to"
    let converted = shell("cd '\(folder.path)' && \(office) xlsx:'Calc MS Excel 2007 XML' --outdir out \(books)")
    #expect(converted.status == 0, "\(converted.output)")
    let saved = paths.map { $0.replacing(folder.path, with: folder.file("out")) }
    let seen = python(Self.furniture, ["saved", furnitureFile()] + saved, in: folder)
    #expect(seen.status == 0, "\(seen.output)")
  }

  /// What each header of the catalogue has, a line each, for `furniture` to look for.
  private func furnitureFile() -> String {
    let expected = folder.file("expected.txt")
    var lines: [String] = []
    for tab in Catalogue.tabs {
      for column in tab.columns {
        let isChosen =
          switch column.type {
          case .choice, .boolean: column.kind == .editable
          default: false
          }
        lines.append([tab.title, column.name, isChosen ? "chosen" : "", column.note].joined(separator: "\t"))
      }
    }
    writeFile(Array(lines.joined(separator: "\n").utf8), to: expected)
    return expected
  }

  private static let furniture = """
    import sys, openpyxl
    how, expected, *paths = sys.argv[1:]
    books = [openpyxl.load_workbook(path) for path in paths]
    tabs = {sheet.title: sheet for book in books for sheet in book}
    assert all(book["Lists"].sheet_state == "hidden" for book in books)
    for line in open(expected, encoding="utf-8"):
        tab, column, chosen, note = line.rstrip("\\n").split("\\t")
        sheet = tabs[tab]
        cell = next(c for c in sheet[1] if c.value == column)
        assert cell.comment and note in cell.comment.text, (tab, column, cell.comment)
        # Without a window LibreOffice drops the panes of every file that it saves.
        assert how == "saved" or sheet.freeze_panes == "B2", (tab, sheet.freeze_panes)
        dimension = next(d for d in sheet.column_dimensions.values() if d.min <= cell.column <= d.max)
        assert dimension.width >= len(column), (tab, column, dimension.width)
        lists = [v for v in sheet.data_validations.dataValidation if v.type == "list" and f"{cell.column_letter}2" in v.sqref]
        below = sheet.cell(2, cell.column).number_format if how == "made" and sheet.max_row > 1 else None
        if chosen: assert lists, (tab, column)
        if column == "updated_at" and below: assert "hh:mm" in below, below
        if column in ("target_kpi_key", "immediate_kpi_key"): assert [v.formula1.replace("$Lists.", "Lists!") for v in lists], column
        if tab == "KPI_Contributions" and column == "kpi_key": assert "Metrics_Config" in lists[0].formula1, lists[0].formula1
        if tab in ("Constraints", "Targets") and column == "scenario_name": assert "Scenario_Config" in lists[0].formula1
        if tab in ("MathModels", "KPI_Contributions") and column == "initiative_key": assert "Lists" in lists[0].formula1
    """

  @Test func `the planning notes have a chart, formulas with values, and formats that survive a save`() async throws {
    let path = try #require(try await WorkbookMaking.make(.example, in: folder.path, offering: .example).last)
    let before = RawEntry.all(of: path)
    let notes = try await readAll(path, "Planning notes")
    #expect(notes["C2"] == .formula(cached: .number(250)))
    #expect(before.contains { $0.name == "xl/charts/chart1.xml" })
    let sheets = try await WorkbookFile.open(path, for: .edit)
    let tabs = try await sheets.tabs().map(\.name)
    let saved = ["Candidates", "Scenario_Config", "Constraints", "Targets", "Runs", "Results", "Gaps_Alerts"]
    try await sheets.write(saved.map { TabWrites(tab: $0, writes: [CellWrite(row: 90, column: 1, .text("x"))]) })
    let touched = zip(before, RawEntry.all(of: path)).filter { $0 != $1 }.map(\.0.name)
    #expect(touched == saved.map { "xl/worksheets/sheet\(tabs.firstIndex(of: $0)! + 1).xml" })
  }

  @Test func `the seeds' own rows are there`() {
    #expect(ExampleCompany.scenarios.map(\.name) == ["Q1-2026 Core", "Q1-2026 Growth"])
    let core = ExampleCompany.rules.filter { $0.scenario == "Q1-2026 Core" }
    #expect(
      core.filter { $0.set == "Baseline" }.prefix(5).map(\.key) == ["UK", "DE", "INIT-000017", "BNDL-PAYMENTS", "INIT-000044"])
    #expect(core.filter { $0.set == "Aggressive" }.prefix(4).map(\.key) == ["UK", "DE", "INIT-000017", "INIT-000081<-INIT-000012"])
    #expect(ExampleCompany.targets.prefix(4).map(\.value) == [200_000, 0.035, 240_000, 120_000])
    let checkout = company.first { $0.key == "INIT-000081" }
    #expect(checkout?.tokens == 220 && checkout?.bundle == "BNDL-PAYMENTS" && checkout?.needs == "INIT-000012")
    #expect(company.count == 60)
  }

  @Test func `every key in the example leads somewhere`() {
    let keys = Set(company.map(\.key))
    #expect(keys.count == company.count)
    let kpis = Dictionary(uniqueKeysWithValues: ExampleCompany.kpis.map { ($0.key, $0) })
    #expect(ExampleCompany.kpis.count { $0.level == "north_star" && $0.isActive } == 1)
    for initiative in company {
      for other in Self.split(initiative.needs) + Self.split(initiative.excludes) { #expect(keys.contains(other)) }
      for (kpi, _) in initiative.contributions { #expect(kpis[kpi]?.isActive == true && kpis[kpi]?.level != "supporting") }
      #expect(kpis[initiative.immediateKPI]?.isActive == true)
      #expect(ExampleCompany.countries.contains(initiative.country))
      #expect(ExampleCompany.departments.contains(initiative.department))
      #expect(ExampleCompany.categories.contains(initiative.category))
      #expect(ExampleCompany.statuses.contains(initiative.status))
      #expect(initiative.tokens != nil || !initiative.isSelected, "\(initiative.key) is selected without tokens")
      #expect(initiative.deadline.isEmpty || DateSerial(iso: initiative.deadline) != nil)
    }
    for target in ExampleCompany.targets { #expect(kpis[target.kpi]?.isActive == true) }
    for model in ExampleCompany.mathModels { #expect(keys.contains(model.initiative)) }
    let bundles = Set(company.map(\.bundle)).subtracting([""])
    let sets = Set(ExampleCompany.rules.map { "\($0.scenario)/\($0.set)" })
    #expect(sets == ["Q1-2026 Core/Baseline", "Q1-2026 Core/Aggressive", "Q1-2026 Growth/Baseline"])
    for set in sets {
      let rules = ExampleCompany.rules.filter { "\($0.scenario)/\($0.set)" == set }
      #expect(Set(rules.filter { $0.dimension == "bundle" }.map(\.key)) == bundles, "a bundle has no rule in \(set)")
      for rule in rules where rule.dimension == "initiative" {
        let parts = rule.key.replacing("<>", with: ",").replacing("<-", with: ",")
        for key in Self.split(parts) { #expect(keys.contains(key), "\(rule.key)") }
      }
    }
  }

  /// Portfolios that an independent solver found best; they are here to show that each set can be kept.
  @Test(arguments: [
    ("Q1-2026 Core", "Baseline", [12, 17, 31, 34, 45, 46, 64, 75, 80, 81, 82, 83, 87]),
    ("Q1-2026 Core", "Aggressive", [12, 17, 34, 45, 49, 57, 64, 70, 75, 77, 81, 82, 83, 87]),
    ("Q1-2026 Growth", "Baseline", [12, 17, 24, 31, 45, 46, 57, 69, 75, 79, 81, 82, 83, 87]),
  ])
  func `each constraint set has a portfolio that keeps all of it`(scenario: String, set: String, numbers: [Int]) throws {
    let names = Set(numbers.map { number in "INIT-" + String(repeating: "0", count: 6 - String(number).count) + String(number) })
    let chosen = eligible.filter { names.contains($0.key) && $0.isSelected }
    #expect(chosen.count == numbers.count)
    func tokens(_ rule: ExampleCompany.Rule) -> Double {
      chosen.filter { initiative in
        switch rule.dimension {
        case "country": initiative.country == rule.key
        case "department": initiative.department == rule.key
        default: initiative.category == rule.key
        }
      }.reduce(0) { $0 + Double($1.tokens ?? 0) }
    }
    let capacity = try #require(ExampleCompany.scenarios.first { $0.name == scenario }).capacity
    #expect(chosen.reduce(0) { $0 + Double($1.tokens ?? 0) } <= capacity)
    for rule in ExampleCompany.rules where rule.scenario == scenario && rule.set == set {
      switch rule.type {
      case "capacity_floor": #expect(tokens(rule) >= rule.minimum!, "\(rule.key)")
      case "capacity_cap": #expect(tokens(rule) <= rule.maximum!, "\(rule.key)")
      case "mandatory": #expect(names.contains(rule.key))
      case "exclude": #expect(!names.contains(rule.key))
      case "bundle_all_or_nothing":
        let members = company.filter { $0.bundle == rule.key }
        #expect([0, members.count].contains(members.count { names.contains($0.key) }), "\(rule.key)")
      default: #expect(rule.type == "exclude_pair" || rule.type == "require_prereq")
      }
    }
    for initiative in chosen {
      for other in Self.split(initiative.needs) { #expect(names.contains(other)) }
      for other in Self.split(initiative.excludes) { #expect(!names.contains(other)) }
    }
    for target in ExampleCompany.targets where target.scenario == scenario && target.set == set && target.kind != "goal" {
      let inside = chosen.filter { target.country == "ALL" || $0.country == target.country }
      let achieved = inside.reduce(target.baseline) { $0 + ($1.contributions.first { $0.kpi == target.kpi }?.value ?? 0) }
      #expect(target.kind == "floor" ? achieved >= target.value : achieved <= target.value, "\(target.kpi)")
    }
  }

  private static func split(_ keys: String) -> [String] {
    keys.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }
}
