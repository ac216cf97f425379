import Testing

@testable import ConstraintCompilationDomain

@Suite struct StoredRowTests {
  private let book = KeyBook(["INIT-1", "INIT-2"])
  private let models = StoredModels([("INIT-1", "base")])

  private func params(
    _ entries: [ModelParamEntry], before: [ModelParamEntry] = [], isWholeTab: Bool = true
  ) -> RowSave<ModelParamEntry> {
    RowSave(entries, before: before, isWholeTab: isWholeTab, initiatives: book, models: models)
  }

  @Test func `parameters are numbers of models that there are`() {
    let save = params([
      ModelParamEntry(row: 2, initiativeKey: "init-1", modelName: "Base", name: "uplift", value: 0.02, unit: "ratio"),
      ModelParamEntry(row: 3, initiativeKey: "INIT-1", modelName: "bse", name: "uplift", value: 1),
      ModelParamEntry(row: 4, initiativeKey: "INIT-3", name: "uplift", value: nil),
      ModelParamEntry(row: 5, initiativeKey: "INIT-2", name: "", value: .infinity),
      ModelParamEntry(row: 6, initiativeKey: "INIT-2", name: "x,y", value: 1e300),
    ])
    #expect(save.stored.map(\.row) == [2, 3])
    #expect(save.stored.first?.initiativeKey == "INIT-1")
    #expect(
      save.findings.map { "\($0.cell.row):\($0.cell.column):\($0.code)" } == [
        "3:model_name:unknown_model", "4:initiative_key:unknown_initiative", "4:value:missing_value", "5:param_name:missing_value",
        "5:value:bad_number", "6:param_name:bad_key",
      ])
    #expect(
      save.findings.first?.message == "model_name \"bse\" is not an approved model of INIT-1 in MathModels; did you mean \"base\"?")
  }

  @Test func `the whole tab removes what no row names, a selection does not, and a tab with an error does not either`() {
    let before = ["a", "b"].map { ModelParamEntry(row: 2, initiativeKey: "INIT-1", name: $0, value: 1) }
    let good = ModelParamEntry(row: 2, initiativeKey: "INIT-1", name: "a", value: 2)
    let whole = params([good], before: before)
    #expect(whole.removed == [before[1]] && whole.tally.removed == 1 && whole.tally.upserts == 1)
    let selection = params([good], before: before, isWholeTab: false)
    #expect(selection.removed.isEmpty && selection.findings.isEmpty)
    let faulty = params([good, ModelParamEntry(row: 3, initiativeKey: "INIT-11", name: "b", value: 1)], before: before)
    #expect(faulty.removed.isEmpty && faulty.tally.removed == 0 && faulty.stored == [good])
    #expect(faulty.findings.map { "\($0.cell.row):\($0.code)" } == ["0:nothing_removed", "3:unknown_initiative"])
  }

  @Test func `a note that is blanked goes, and one that was never there is no change`() {
    let before = [ResultNoteEntry(row: 2, runId: "run_1", initiativeKey: "INIT-1", notes: "late")]
    let blank = RowSave<ResultNoteEntry>(
      [
        ResultNoteEntry(row: 2, runId: "RUN_1", initiativeKey: "INIT-1", notes: " "),
        ResultNoteEntry(row: 3, runId: "run_1", initiativeKey: "INIT-2", notes: ""),
      ], before: before, initiatives: book)
    #expect(blank.removed == before && blank.stored.isEmpty)
    #expect((blank.tally.removed, blank.tally.unchanged, blank.tally.failures) == (1, 1, 0))
    let nothing = RowSave<ResultNoteEntry>([], before: before, initiatives: book)
    #expect(nothing.removed.isEmpty, "a note that the tab does not show belongs to another run")
    let gaps = RowSave<GapNoteEntry>(
      [
        GapNoteEntry(row: 2, runId: "run_1", scenarioName: "S", setName: "B", country: " all ", kpiKey: "", notes: "x"),
        GapNoteEntry(row: 3, runId: "", scenarioName: "", setName: "B", country: "UK", kpiKey: "K", recommendation: "y"),
      ],
      before: [
        GapNoteEntry(row: 2, runId: "run_1", scenarioName: "s", setName: "b", country: "ALL", kpiKey: "", recommendation: "old")
      ])
    #expect(gaps.stored.map(\.notes) == ["x"] && gaps.stored.map(\.recommendation) == [""])
    #expect(gaps.findings.map { "\($0.cell.row):\($0.cell.column)" } == ["3:run_id", "3:scenario_name"])
  }

  @Test func `scoring inputs are kept by initiative and name`() {
    let save = RowSave<ScoringInputEntry>(
      [
        ScoringInputEntry(row: 2, initiativeKey: "INIT-1", name: "Reach", value: 5),
        ScoringInputEntry(row: 3, initiativeKey: "INIT-1", name: "reach", value: 6),
        ScoringInputEntry(row: 4, initiativeKey: "INIT-2", name: "Reach", value: 7),
      ], before: [], isWholeTab: true, initiatives: book)
    #expect(save.stored.map(\.row) == [4])
    #expect(save.findings.map(\.message).first == "INIT-1, Reach stands in Scoring_Inputs rows 2 and 3; keep one")
  }
}
