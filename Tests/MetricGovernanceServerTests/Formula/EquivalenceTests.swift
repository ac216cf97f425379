import Foundation
import Postgres
import SeededNumbers
import TestSupport
import Testing

@testable import MetricGovernanceDomain

/// What the comparison of formulas calls the same is the same to PostgreSQL, on random tables with NULLs, zeros, negative numbers, long
/// ones, and no rows at all: written as it is, and as the SQL that Lodestar makes of it, for each answer to a zero denominator.
@Suite(.timeLimit(.minutes(5))) struct EquivalenceTests {
  /// Three, two that have found something, and one that is another each time: a failure names its seed, and LODESTAR_FORMULA_SEED=… runs
  /// that one again.
  static let seeds: [UInt64] =
    if let text = ProcessInfo.processInfo.environment["LODESTAR_FORMULA_SEED"], let seed = UInt64(text) {
      [seed]
    } else {
      [1, 2, 3, 1_480_949_920, 1_068_552_888, UInt64.random(in: 0...UInt64(UInt32.max))]
    }
  static let pairs = 300

  struct Pair {
    var one: Formula
    var other: Formula
    var found: ChangeClass
  }

  /// - Parameter prefix: What a name is qualified by in the SQL that was made.
  private static func forms(of formula: Formula) -> [String] {
    [formula.text]
      + EdgeCases.ZeroDenominator.allCases.map { SQLExpression.text(formula.root, onZeroDenominator: $0, relation: "facts") ?? "" }
  }

  @Test(arguments: seeds)
  func `Formulas that are called the same have the same values in PostgreSQL`(seed: UInt64) async throws {
    let pairs = try Self.pairs(seed: seed)
    let same = pairs.filter { $0.found <= .equivalent && $0.found != .identical }
    let texts = pairs.flatMap { Self.forms(of: $0.one) + Self.forms(of: $0.other) }
    let values = try await Self.evaluate(texts, seed: seed)
    var (differing, breaking) = (0, 0)
    for (pair, values) in zip(pairs, values.chunked(by: 8)) {
      let agree = values[..<4] == values[4...]
      if !agree { differing += 1 }
      if pair.found == .breaking { breaking += 1 }
      #expect(
        agree || pair.found > .equivalent,
        """
        seed \(seed): called \(pair.found), and PostgreSQL says otherwise:
          \(pair.one.text)
          \(pair.other.text)
          both come to \(pair.one.normalForm)
          \(zip(values[..<4], values[4...]).filter { $0 != $1 })
        """)
    }
    // The test means something only when there is much of either.
    #expect(same.count > pairs.count / 5, "seed \(seed): only \(same.count) of \(pairs.count) were called the same")
    #expect(differing > pairs.count / 10, "seed \(seed): only \(differing) of \(pairs.count) differ on the data")
    #expect(breaking > 0, "seed \(seed): none was called breaking")
  }

  private static func pairs(seed: UInt64) throws -> [Pair] {
    var formulas = RandomFormula(seed: seed)
    var pairs: [Pair] = []
    while pairs.count < Self.pairs {
      let node = formulas.definition()
      var rewriting = RandomRewriting(
        random: SeededGenerator(seed: formulas.random.next()), isDaring: pairs.count.isMultiple(of: 3))
      var other = pairs.count.isMultiple(of: 11) ? formulas.definition() : node
      for _ in 0..<Int.random(in: 1...4, using: &formulas.random) { other = rewriting.rewritten(other) }
      guard node.size < 60, other.size < 200 else { continue }
      guard let one = try read(node, seed), let two = try read(other, seed) else { continue }
      pairs.append(Pair(one: one, other: two, found: FormulaComparison(from: one, to: two).changeClass))
    }
    return pairs
  }

  /// Nil for what the parser refuses on purpose: a literal zero that everything is divided by, a constant that sums up no rows.
  private static func read(_ node: FormulaNode, _ seed: UInt64) throws -> Formula? {
    let text = FormulaWriter.text(node)
    let formula: Formula
    do throws(FormulaError) {
      formula = try Formula(text)
    } catch {
      let isOnPurpose = ["divides by zero", "NULL", "sums up rows"].contains(where: error.message.contains)
      if !isOnPurpose { Issue.record("seed \(seed): \(text): \(error)") }
      return nil
    }
    do throws(FormulaError) {
      let again = try Formula(formula.normalForm, limits: .ofNormalForms)
      #expect(again.normalForm == formula.normalForm, "seed \(seed): the normal form of \(text) has another normal form")
      return formula
    } catch {
      Issue.record("seed \(seed): \(text) comes to \(formula.normalForm), which cannot be read again: \(error)")
      return nil
    }
  }

  private static func evaluate(_ texts: [String], seed: UInt64) async throws -> [String] {
    try await withDatabase { database in
      for statement in setUp(seed) { try await database.execute(statement) }
      return try await database.query(
        "SELECT evaluate(text) AS answer FROM unnest(\(texts)) WITH ORDINALITY AS each (text, place) ORDER BY place"
      ).map { try $0.decode("answer") }
    }
  }

  private static func setUp(_ seed: UInt64) -> [Statement] {
    var random = SeededGenerator(seed: seed)
    let numbers = ["0", "0", "1", "-1", "2", "3", "-2.5", "0.10", "7", "100", "33.333", "-0.0001", "123456789012.345", "1e20"]
    func number(_ random: inout SeededGenerator) -> String? { random.chance(5) ? nil : random.pick(numbers) }
    var (groups, a, b, c): ([Int64], [String?], [String?], [String?]) = ([], [], [], [])
    var (channels, news): ([String?], [String?]) = ([], [])
    for group in 1...14 {
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        groups.append(Int64(group))
        // Some groups have nothing but NULL in a column, some nothing but zero.
        a.append(group == 1 ? nil : number(&random))
        b.append(group == 2 ? nil : group == 3 ? "0" : number(&random))
        c.append(number(&random))
        channels.append(random.pick(["paid", "organic", "it's", nil]))
        news.append(random.pick(["true", "false", nil]))
      }
    }
    return [
      "CREATE TABLE facts (g bigint, a numeric, b numeric, c numeric, channel text, is_new boolean)",
      """
      INSERT INTO facts SELECT g, a::numeric, b::numeric, c::numeric, channel, is_new::boolean
      FROM unnest(\(groups), \(a), \(b), \(c), \(channels), \(news)) AS row (g, a, b, c, channel, is_new)
      """,
      """
      CREATE FUNCTION evaluate(expression text) RETURNS text LANGUAGE plpgsql AS $body$
      DECLARE
        each bigint; answer text; answers text := '';
        value text := 'coalesce(trim_scale((' || expression || ')::numeric)::text, ''null'')';
      BEGIN
        BEGIN
          EXECUTE 'SELECT string_agg(v, '' '' ORDER BY g) FROM (SELECT g, ' || value || ' AS v FROM facts GROUP BY g) AS groups' INTO answers;
        EXCEPTION WHEN division_by_zero THEN
          -- One group is enough to fail all; so each by itself.
          answers := '';
          FOR each IN SELECT DISTINCT g FROM facts ORDER BY g LOOP
            BEGIN
              EXECUTE 'SELECT ' || value || ' FROM facts WHERE g = $1' INTO answer USING each;
            EXCEPTION WHEN division_by_zero THEN answer := 'failed';
            END;
            answers := answers || ' ' || answer;
          END LOOP;
        END;
        BEGIN
          EXECUTE 'SELECT ' || value || ' FROM facts WHERE false' INTO answer;
        EXCEPTION WHEN division_by_zero THEN answer := 'failed';
        END;
        RETURN btrim(answers) || ' | ' || answer;
      EXCEPTION WHEN others THEN
        RETURN SQLSTATE || ' ' || SQLERRM || ': ' || expression;
      END $body$
      """,
    ]
  }
}

extension Array {
  fileprivate func chunked(by size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
