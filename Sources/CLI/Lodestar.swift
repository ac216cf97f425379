import ArgumentParser

@main
struct Lodestar: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodestar", abstract: "Plan the best roadmap that your metrics, your capacity and your rules allow.")
}
