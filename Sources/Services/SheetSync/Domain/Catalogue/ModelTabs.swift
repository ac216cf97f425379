extension Catalogue {
  /// Where the numbers of an initiative come from.
  static let modelTabs: [TabDefinition] = [
    TabDefinition(
      .mathModels, aliases: ["Math_Models"], in: .productOps, keyColumns: ["initiative_key", "model_name"],
      sourceToken: "product_ops.math_models.save",
      purpose: "The formula behind an initiative's contribution, and the chain of metrics it works through.",
      columns: [
        .editable(
          "initiative_key", .key, aliases: ["key", "initiative"], need: .value, field: "math_model.initiative_key",
          "An initiative of Central Backlog."),
        .editable(
          "model_name", .key, aliases: ["model"], field: "math_model.model_name", "A name, when an initiative has several models."),
        .editable("formula_text", .text, aliases: ["formula"], field: "math_model.formula_text", "The formula."),
        .editable(
          "assumptions_text", .text, aliases: ["assumptions"], field: "math_model.assumptions_text", "What it takes for granted."),
        .editable(
          "metric_chain_text", .text, aliases: ["metric_chain"], field: "initiative.metric_chain",
          "The chain of metrics, such as a -> b -> c."),
        .derived(
          "llm_suggested_metric_chain_text", .text, owner: .languageModel,
          "A chain suggested by a language model: copy it to metric_chain_text to use it."),
        .editable("approved_by_user", .boolean, field: "math_model.approved_by_user", "TRUE: the model may be saved."),
        .editable("notes", .text, severity: .warning, field: "math_model.notes", "Anything else."),
      ]),
    TabDefinition(
      .params, aliases: ["Model_Params", "Parameters"], in: .productOps,
      keyColumns: ["initiative_key", "model_name", "param_name"], sourceToken: "product_ops.params.save",
      purpose: "The numbers that the formulas of MathModels are calculated with, and where each comes from.",
      columns: [
        .editable(
          "initiative_key", .key, aliases: ["key", "initiative"], need: .value, field: "model_param.initiative_key",
          "An initiative of Central Backlog."),
        .editable(
          "model_name", .key, aliases: ["model"], field: "model_param.model_name",
          "The model of MathModels that uses it. Blank when the initiative has one model."),
        .editable(
          "param_name", .key, aliases: ["param", "parameter", "name"], need: .value, field: "model_param.param_name",
          "The name that the formula has for it."),
        .editable(
          "value", .number, aliases: ["param_value"], need: .header, owner: .analytics, field: "model_param.value", "The number."),
        .editable("unit", .text, field: "model_param.unit", "What it is counted in."),
        .editable("source", .text, field: "model_param.source", "Where the number comes from."),
        .editable("notes", .text, severity: .warning, field: "model_param.notes", "Anything else."),
      ]),
    TabDefinition(
      .scoringInputs, aliases: ["Scoring"], in: .productOps, keyColumns: ["initiative_key", "input_name"],
      sourceToken: "product_ops.scoring_inputs.save",
      purpose: "What each initiative is scored by, such as reach, impact, confidence and effort: one row for each number.",
      columns: [
        .editable(
          "initiative_key", .key, aliases: ["key", "initiative"], need: .value, field: "scoring_input.initiative_key",
          "An initiative of Central Backlog."),
        .editable(
          "input_name", .key, aliases: ["input", "name"], need: .value, field: "scoring_input.input_name",
          "What is scored, such as reach."),
        .editable(
          "value", .number, aliases: ["input_value", "score"], need: .header, owner: .analytics, field: "scoring_input.value",
          "The number."),
        .editable("notes", .text, severity: .warning, field: "scoring_input.notes", "Where the number comes from."),
      ]),
  ]
}
