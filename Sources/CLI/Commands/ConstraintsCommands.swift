import ArgumentParser
import Messages
import RPC

struct Constraints: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what changed in constraint sets, and check that what is stored of them is what was compiled.",
    subcommands: [Diff.self, Verify.self])

  struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what changed between two revisions of a constraint set, in sentences.",
      discussion: """
        Without --from and --to: where the set stands now, against what it said before.

        EXAMPLES
          lodestar constraints diff "Q1-2026 Core" Baseline
          lodestar constraints diff "Q1-2026 Core" Baseline --from 3f2a…
          lodestar constraints diff --from 3f2a… --to 1c9d…
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    @Argument(help: "The scenario's name.")
    var scenario: String?

    @Argument(help: "The constraint set's name.")
    var constraintSet: String?

    @Option(help: "The revision to begin with, in full; by default what the set said before.")
    var from: String?

    @Option(help: "The revision to end with, in full; by default where the set stands now.")
    var to: String?

    func validate() throws {
      if (from == nil || to == nil) && (scenario == nil || constraintSet == nil) {
        throw ValidationError("Name a scenario and a constraint set, or two revisions with --from and --to.")
      }
    }

    func run() async throws {
      let request = DiffRevisionsRequest(
        scenarioName: scenario ?? "", constraintSetName: constraintSet ?? "", fromRevision: from ?? "", toRevision: to ?? "")
      try await answer.show(.compiler, at: services.endpoint(of: .compiler)) { channel in
        try await ConstraintCompilationClient(channel: channel).diffRevisions(request)
      } lines: {
        RevisionDiffView(diff: $0).lines($1)
      }
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read every stored revision, and tell which are not what was compiled.",
      discussion: """
        Each revision is held against its name (the SHA-256 of its canonical form),
        its compiled message and its published JSON columns. Ends with 1 when one
        of them says something else than the others.

        EXAMPLES
          lodestar constraints verify
          lodestar constraints verify --json
        """)

    @OptionGroup var services: ServiceOptions
    @OptionGroup var answer: AnswerOption

    func run() async throws {
      try await answer.show(.compiler, at: services.endpoint(of: .compiler)) { channel in
        try await ConstraintCompilationClient(channel: channel).verifyRevisions(VerifyRevisionsRequest())
      } lines: {
        RevisionVerificationView(answer: $0).lines($1)
      } outcome: {
        $0.broken.isEmpty ? .done : .refused
      }
    }
  }
}
