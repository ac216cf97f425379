import SheetSyncDomain
import Testing

@Suite struct CatalogueTests {
  @Test func `every tab name is in the catalogue exactly once`() {
    #expect(Set(Catalogue.tabs.map(\.name)) == Set(TabName.allCases))
    #expect(Catalogue.tabs.count == TabName.allCases.count)
    for name in TabName.allCases { #expect(Catalogue[name].name == name) }
  }

  @Test func `every field is writable from exactly one tab`() {
    var owners: [String: Set<String>] = [:]
    for tab in Catalogue.tabs {
      for column in tab.editableColumns where !column.field.isEmpty { owners[column.field, default: []].insert(tab.title) }
    }
    for (field, tabs) in owners { #expect(tabs.count == 1, "\(field) is writable from \(tabs)") }
    #expect(owners["initiative.country"] == ["Central Backlog"])
    #expect(owners["initiative.engineering_tokens"] == ["Candidates"])
  }

  @Test func `only editable columns fill a field, and the selection for a run is the one that is not stored`() {
    for tab in Catalogue.tabs {
      for column in tab.columns where column.kind != .editable { #expect(column.field.isEmpty, "\(tab.title).\(column.name)") }
      for column in tab.editableColumns where column.field.isEmpty { #expect(column.name == "is_selected_for_run") }
    }
  }

  @Test func `Lodestar owns no column that people type into`() {
    for tab in Catalogue.tabs {
      for column in tab.columns {
        if column.kind == .editable { #expect(!column.isWrittenByLodestar, "\(tab.title).\(column.name)") }
        if column.kind == .system { #expect(column.isWrittenByLodestar, "\(tab.title).\(column.name)") }
      }
    }
    #expect(Catalogue[.gapsAlerts].column("recommendation")?.isWrittenByLodestar == false)
    #expect(Catalogue[.results].column("notes")?.isWrittenByLodestar == false)
  }

  @Test func `every tab ends with its status and its stamps`() {
    for tab in Catalogue.tabs {
      #expect(tab.columns.suffix(3).map(\.name) == ["run_status", "updated_source", "updated_at"])
    }
  }

  @Test func `headers and their aliases are normalized and mean one column each`() {
    for tab in Catalogue.tabs {
      var spellings: Set<String> = []
      for column in tab.columns {
        for spelling in [column.name] + column.aliases {
          #expect(HeaderText.normalized(spelling) == spelling, "\(tab.title).\(spelling)")
          #expect(spellings.insert(spelling).inserted, "\(tab.title) has \(spelling) twice")
        }
        #expect(!column.note.isEmpty, "\(tab.title).\(column.name)")
      }
    }
  }

  @Test func `people type into every tab but Runs, and those are saved`() {
    #expect(Set(ActionName.savedTabs) == Set(TabName.allCases).subtracting([.runs]))
    #expect(Set(Catalogue.tabs.filter(\.isOutput).map(\.name)) == [.runs, .results, .gapsAlerts])
    #expect(Catalogue[.results].editableColumns.map(\.name) == ["notes"])
    #expect(Catalogue[.gapsAlerts].editableColumns.map(\.name) == ["recommendation", "notes"])
  }

  @Test func `key columns exist, and those of input tabs can be read`() {
    for tab in Catalogue.tabs {
      #expect(!tab.keyColumns.isEmpty)
      for key in tab.keyColumns { #expect(tab.readColumns.contains { $0.name == key }, "\(tab.title).\(key)") }
    }
  }

  @Test func `tab names and aliases mean one tab each`() {
    var spellings: Set<String> = []
    for tab in Catalogue.tabs {
      for spelling in [tab.title] + tab.aliases {
        #expect(spellings.insert(HeaderText.normalized(spelling)).inserted, "\(spelling) is there twice")
        #expect(Catalogue.tab(spelt: spelling)?.name == tab.name)
      }
    }
    #expect(Catalogue.tab(spelt: " gaps and-ALERTS ")?.name == .gapsAlerts)
    #expect(Catalogue.tab(spelt: "Results_Portfolio")?.name == .results)
    #expect(Catalogue.tab(spelt: "central_backlog")?.name == .centralBacklog)
    #expect(Catalogue.tab(spelt: "Sheet1") == nil)
  }

  @Test func `source tokens tell the tabs apart`() {
    #expect(Set(Catalogue.tabs.map(\.sourceToken)).count == Catalogue.tabs.count)
    #expect(Catalogue[.candidates].sourceToken == "opt_center.candidates.save")
  }

  @Test(arguments: [
    ("market", TabName.centralBacklog, "country"), ("market", .targets, "country"), ("status", .candidates, "run_status"),
    ("constraint_set", .constraints, "constraint_set_name"), ("scenario", .scenarioConfig, "scenario_name"),
    ("mode", .targets, "floor_or_goal"), ("value", .targets, "target_value"),
    ("objective_weights", .scenarioConfig, "objective_weights_json"), ("deadline", .candidates, "deadline_date"),
    ("initiative", .candidates, "initiative_key"), ("kpi", .metricsConfig, "kpi_key"), ("floor", .constraints, "min_tokens"),
    ("cap", .constraints, "max_tokens"),
  ])
  func `the agreed aliases are known`(alias: String, tab: TabName, name: String) {
    #expect(Catalogue[tab].column(name)?.aliases.contains(alias) == true)
  }

  @Test(arguments: [
    ("pm.save_selected", ActionName.saveSelected, TabName?.none), ("PM.Save Selected", .saveSelected, nil),
    ("pm.save in backlog", .saveSelected, .centralBacklog), ("save_targets", .saveSelected, .targets),
    ("pm.optimize_save_constraints", .saveSelected, .constraints), ("pm.save_scenario", .saveSelected, .scenarioConfig),
    ("pm.optimize_run_selected_candidates", .runSelectedCandidates, nil),
    ("pm.optimize.run_all_candidates", .runAllCandidates, nil), ("write_results", .writeResults, nil),
    ("pm.optimize_write_results", .writeResults, nil), ("Flow1 backlog update", .saveSelected, .centralBacklog),
    ("save_MathModels", .saveSelected, .mathModels), ("pm.save_math_models", .saveSelected, .mathModels),
    ("save_params", .saveSelected, .params), ("save-scoring-inputs", .saveSelected, .scoringInputs),
    ("save_results", .saveSelected, .results), ("save_gaps", .saveSelected, .gapsAlerts),
    ("pm.preview", .preview, nil), ("preview_targets", .preview, .targets), ("pm.refresh", .refresh, nil),
    ("refresh_candidates", .refresh, .candidates), ("refresh_runs", .refresh, .runs), ("pm.optimize_cancel", .cancel, nil),
    ("optimize cancel", .cancel, nil), ("suggest_metric_chains", .suggestMetricChains, nil),
  ])
  func `actions are known by their names and their other spellings`(text: String, name: ActionName, tab: TabName?) {
    let spelt = ActionName.spelt(text)
    #expect(spelt?.name == name && spelt?.tab == tab)
  }

  @Test func `every action is known by its own name, and nothing else is`() {
    for action in ActionName.allCases { #expect(ActionName.spelt(action.rawValue)?.name == action) }
    for text in ["", "pm.", "pm.optimize.", "save_everything", "save_runs", "preview_runs", "pm.save_"] {
      #expect(ActionName.spelt(text) == nil)
    }
  }
}
