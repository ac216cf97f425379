/// What a save of MathModels comes to. Approved rows are stored, the others answered; an initiative's chain is what its approved rows say.
public struct MathModelSave: Sendable {
  /// An initiative's chain becomes another one, or none.
  public struct ChainChange: Sendable {
    public var initiativeKey: String
    public var chain: MetricChain?
    /// The model whose row says so; nil when the chain goes with the row that said it.
    public var model: MathModelEntry?
  }

  public private(set) var rows: RowSave<MathModelEntry>
  /// In the order of the initiatives.
  public private(set) var chains: [ChainChange] = []

  public var findings: [Finding] { rows.findings }
  public var tally: SaveTally { rows.tally }

  private typealias Reading = RowSave<MathModelEntry>.Reading

  /// - Parameters:
  ///   - before: the models that are stored of the initiatives named, and with `isWholeTab` all.
  ///   - chains: the chains of those initiatives.
  ///   - initiatives: the keys of those that there are.
  public init(
    _ entries: [MathModelEntry], before: [MathModelEntry], chains current: [NormalKey: MetricChain], isWholeTab: Bool,
    initiatives: KeyBook, names: MetricNames, checks: ChainChecks
  ) {
    var reader = MathModelReader(initiatives: initiatives, names: names, checks: checks)
    var readings: [Reading] = []
    var typed: [MetricChain?] = []
    for entry in entries {
      let (reading, chain) = reader.read(entry)
      readings.append(reading)
      typed.append(chain)
    }
    let stored = StoredChains(models: before, chains: current, named: Set(readings.map(\.entry.identity)))
    RowSave.refuseDuplicates(in: &readings)
    Self.refuseContradictions(in: &readings, typed)
    if !isWholeTab || WithheldRemoval(readings.lazy.flatMap(\.notes.findings)).isNeeded {
      Self.refuseContradictions(in: &readings, typed, with: stored)
    }
    rows = RowSave(distinct: readings, before: before, isWholeTab: isWholeTab)
    let approved = zip(readings, typed).filter { !$0.0.isWithheld && !$0.0.notes.haveErrors }
    changeChains(approved.map { (entry: $0.0.entry, chain: $0.1) }, stored)
  }

  // MARK: Chains that contradict each other

  /// Approved rows of one initiative that have different chains: which one is meant nobody knows. (R30)
  private static func refuseContradictions(in readings: inout [Reading], _ chains: [MetricChain?]) {
    var places: [NormalKey: [Int]] = [:]
    for (index, reading) in readings.enumerated() where !reading.isWithheld && chains[index] != nil {
      places[NormalKey(reading.entry.initiativeKey), default: []].append(index)
    }
    for indices in places.values {
      guard let first = chains[indices[0]], indices.contains(where: { chains[$0].map { !$0.isSame(as: first) } ?? false }) else {
        continue
      }
      let cells = listed(indices.map { SourceCell(.mathModels, row: readings[$0].entry.row) }.sorted())
      for index in indices {
        readings[index].notes.error(
          "metric_chain_text", "different_chains",
          "\(cells) give \(readings[index].entry.initiativeKey) different chains; an initiative has one, so make them equal or approve only one"
        )
      }
    }
  }

  /// The same with models that are stored and not among the rows.
  private static func refuseContradictions(in readings: inout [Reading], _ chains: [MetricChain?], with stored: StoredChains) {
    for index in readings.indices where !readings[index].isWithheld && !readings[index].notes.haveErrors {
      guard let chain = chains[index],
        let other = stored.unnamedSupporter(ofChainOf: readings[index].entry.initiativeKey, otherThan: chain)
      else { continue }
      let name = other.modelName.isEmpty ? "" : " \"\(other.modelName)\""
      readings[index].notes.error(
        "metric_chain_text", "different_chains",
        "\(readings[index].entry.initiativeKey) has another chain from its model\(name), saved from \(SourceCell(.mathModels, row: other.row)); an initiative has one, so make them equal, or save both rows"
      )
    }
  }

  // MARK: What becomes of the chains

  private mutating func changeChains(_ approved: [(entry: MathModelEntry, chain: MetricChain?)], _ stored: StoredChains) {
    var said: [NormalKey: (entry: MathModelEntry, chain: MetricChain)] = [:]
    var touched: [NormalKey: String] = [:]
    for (entry, chain) in approved {
      let key = NormalKey(entry.initiativeKey)
      touched[key] = entry.initiativeKey
      if let chain, said[key] == nil { said[key] = (entry, chain) }
    }
    for model in rows.removed { touched[NormalKey(model.initiativeKey)] = model.initiativeKey }
    let gone = Set(approved.map(\.entry.identity)).union(rows.removed.map(\.identity))
    for (key, spelling) in touched.sorted(by: { $0.key < $1.key }) {
      let before = stored.chains[key]
      if let (entry, chain) = said[key] {
        if chain != before { chains.append(ChainChange(initiativeKey: spelling, chain: chain, model: entry)) }
      } else if before != nil, !stored.isSupported(key, without: gone) {
        chains.append(ChainChange(initiativeKey: spelling, chain: nil, model: nil))
      }
    }
  }
}

/// The chains that initiatives have, and the stored models that say so.
private struct StoredChains {
  let chains: [NormalKey: MetricChain]
  private var supporters: [NormalKey: [MathModelEntry]] = [:]
  /// The models that the save names.
  private let named: Set<[NormalKey]>

  init(models: [MathModelEntry], chains: [NormalKey: MetricChain], named: Set<[NormalKey]>) {
    self.chains = chains
    self.named = named
    var names = MetricNames(kpiKeys: [], metricKeys: [])
    for model in models {
      let key = NormalKey(model.initiativeKey)
      guard let chain = chains[key], let says = MetricChainParser.parse(model.chainText, names: &names).chain,
        says.isSame(as: chain)
      else { continue }
      supporters[key, default: []].append(model)
    }
  }

  func unnamedSupporter(ofChainOf initiative: String, otherThan chain: MetricChain) -> MathModelEntry? {
    let key = NormalKey(initiative)
    guard let stored = chains[key], !stored.isSame(as: chain) else { return nil }
    return supporters[key]?.first { !named.contains($0.identity) }
  }

  func isSupported(_ key: NormalKey, without gone: Set<[NormalKey]>) -> Bool {
    supporters[key]?.contains { !gone.contains($0.identity) } ?? false
  }
}
