import ArgumentParser
import Messages

/// Where an action on a workbook is asked for, and how its end is shown.
struct ActionOptions: ParsableArguments {
  @OptionGroup var services: ServiceOptions
  @OptionGroup var answer: AnswerOption

  /// Has the action done, its progress told on the way, and shows how it ended: as JSON where that is asked for, else in lines for a
  /// person.
  func perform(
    _ request: @autoclosure () throws -> RunActionRequest,
    lines: (ActionRun, Console) -> [String] = { ActionRunView(run: $0).lines($1) }
  ) async throws {
    try await CommandContext.run { context in
      let run = try await self.run(request(), in: context)
      if answer.json { context.console.show(json: run) } else { context.console.show(lines(run, context.console)) }
      return run.outcome
    }
  }

  /// Has the action done, its progress told on the way.
  func run(_ request: RunActionRequest, in context: CommandContext) async throws -> ActionRun {
    try await ActionCaller(context: context, endpoint: services.endpoint(of: .sync), isQuiet: answer.json).run(request)
  }
}

extension CompletionKind {
  /// Files that may be workbooks; an address nobody can complete.
  static var workbook: CompletionKind { .file(extensions: ["xlsx", "xlsm"]) }
}
