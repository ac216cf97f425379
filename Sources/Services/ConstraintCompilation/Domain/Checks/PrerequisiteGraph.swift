/// Who needs whom, among initiatives numbered from 0; finds the circles. Linear in initiatives and needs.
struct PrerequisiteGraph {
  struct Need {
    var initiative: Int
    var source: SourceCell
  }

  /// A step of a circle: the initiative needs the next step's.
  struct Step: Equatable {
    var initiative: Int
    var source: SourceCell
  }

  /// Initiatives that need each other, each directly or through others.
  struct Knot {
    var members: [Int]
    /// The shortest circle through the lowest member; the others lie on circles of their own.
    var circle: [Step]
  }

  /// The needs of each initiative.
  private(set) var needs: [[Need]]

  init(count: Int) { needs = Array(repeating: [], count: count) }

  mutating func add(_ initiative: Int, needs needed: Int, source: SourceCell) {
    needs[initiative].append(Need(initiative: needed, source: source))
  }

  /// All knots, by their lowest members.
  func knots() -> [Knot] {
    tangled().map { Knot(members: $0, circle: circle(through: $0)) }
  }

  /// `A needs B (Constraints row 4), which needs A (Candidates row 9)`; the middle of a long circle is left out.
  func spelling(of cycle: [Step], name: (Int) -> String) -> String {
    var text = name(cycle[0].initiative)
    for (place, step) in cycle.enumerated() {
      if cycle.count > 10, place == 6 { text += ", … \(cycle.count - 9) more …" }
      if cycle.count > 10, (6..<(cycle.count - 3)).contains(place) { continue }
      text += (place == 0 ? " needs " : ", which needs ") + name(cycle[(place + 1) % cycle.count].initiative) + " (\(step.source))"
    }
    return text
  }

  /// The strongly connected components that hold a circle, each sorted (Tarjan, without recursion: chains may be long).
  private func tangled() -> [[Int]] {
    var order = Array(repeating: -1, count: needs.count)
    var low = order
    var isOnStack = Array(repeating: false, count: needs.count)
    var stack: [Int] = []
    var path: [(node: Int, next: Int)] = []
    var visited = 0
    var found: [[Int]] = []

    func enter(_ node: Int) {
      order[node] = visited
      low[node] = visited
      visited += 1
      stack.append(node)
      isOnStack[node] = true
      path.append((node, 0))
    }

    for root in needs.indices where order[root] < 0 && !needs[root].isEmpty {
      enter(root)
      while let (node, next) = path.last {
        if next < needs[node].count {
          path[path.count - 1].next += 1
          let needed = needs[node][next].initiative
          if order[needed] < 0 {
            enter(needed)
          } else if isOnStack[needed] {
            low[node] = min(low[node], order[needed])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
        guard low[node] == order[node] else { continue }
        var knot: [Int] = []
        while let member = stack.popLast() {
          isOnStack[member] = false
          knot.append(member)
          if member == node { break }
        }
        if knot.count > 1 || needs[node].contains(where: { $0.initiative == node }) { found.append(knot.sorted()) }
      }
    }
    return found.sorted { $0[0] < $1[0] }
  }

  /// The shortest circle through the knot's lowest initiative: breadth first, inside the knot.
  private func circle(through knot: [Int]) -> [Step] {
    let start = knot[0]
    let members = Set(knot)
    var cameFrom: [Int: (Int, SourceCell)] = [:]
    var queue = [start]
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      for need in needs[node].sorted(by: { ($0.initiative, $0.source) < ($1.initiative, $1.source) })
      where members.contains(need.initiative) {
        if need.initiative == start {
          var steps = [Step(initiative: node, source: need.source)]
          var current = node
          while current != start, let (previous, source) = cameFrom[current] {
            steps.append(Step(initiative: previous, source: source))
            current = previous
          }
          return steps.reversed()
        }
        if cameFrom[need.initiative] == nil {
          cameFrom[need.initiative] = (node, need.source)
          queue.append(need.initiative)
        }
      }
    }
    return []
  }
}
