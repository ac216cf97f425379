/// What is wrong with a model, with the row or column by name and index (from 0).
public enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
  case tooManyColumns(count: Int, limit: Int)
  case tooManyRows(count: Int, limit: Int)
  case tooManyEntries(count: Int, limit: Int)
  case objectiveConstantIsNotFinite(Double)
  case columnBoundIsNotANumber(column: Int, name: String)
  case columnBoundsCross(column: Int, name: String, lower: Double, upper: Double)
  case objectiveIsNotFinite(column: Int, name: String, value: Double)
  case rowBoundIsNotANumber(row: Int, name: String)
  case rowBoundsCross(row: Int, name: String, lower: Double, upper: Double)
  case noSuchColumn(row: Int, name: String, column: Int, columnCount: Int)
  case duplicateEntry(row: Int, name: String, column: Int, columnName: String)
  case coefficientIsNotFinite(row: Int, name: String, column: Int, columnName: String, value: Double)

  public var description: String {
    switch self {
    case .tooManyColumns(let count, let limit): "the model has \(count) columns, more than \(limit)"
    case .tooManyRows(let count, let limit): "the model has \(count) rows, more than \(limit)"
    case .tooManyEntries(let count, let limit): "the model has \(count) coefficients, more than \(limit)"
    case .objectiveConstantIsNotFinite(let value): "the objective's constant is \(value)"
    case .columnBoundIsNotANumber(let column, let name): "a bound of column \(column) (\(name)) is not a number it can have"
    case .columnBoundsCross(let column, let name, let lower, let upper):
      "column \(column) (\(name)) has the lower bound \(lower) above its upper bound \(upper)"
    case .objectiveIsNotFinite(let column, let name, let value): "column \(column) (\(name)) has the objective coefficient \(value)"
    case .rowBoundIsNotANumber(let row, let name): "a bound of row \(row) (\(name)) is not a number it can have"
    case .rowBoundsCross(let row, let name, let lower, let upper):
      "row \(row) (\(name)) has the lower bound \(lower) above its upper bound \(upper)"
    case .noSuchColumn(let row, let name, let column, let columnCount):
      "row \(row) (\(name)) names column \(column), but there are \(columnCount) columns"
    case .duplicateEntry(let row, let name, let column, let columnName):
      "row \(row) (\(name)) names column \(column) (\(columnName)) twice"
    case .coefficientIsNotFinite(let row, let name, let column, let columnName, let value):
      "row \(row) (\(name)) has the coefficient \(value) for column \(column) (\(columnName))"
    }
  }
}

extension Model {
  /// Keeps index arithmetic in 32 bits and a model's memory in bounds.
  public static let columnLimit = 200_000
  public static let rowLimit = 400_000
  public static let entryLimit = 8_000_000

  /// Throws for the first thing that is wrong, columns first.
  public func validate() throws(ModelError) {
    guard columns.count <= Self.columnLimit else { throw .tooManyColumns(count: columns.count, limit: Self.columnLimit) }
    guard rows.count <= Self.rowLimit else { throw .tooManyRows(count: rows.count, limit: Self.rowLimit) }
    guard objectiveConstant.isFinite else { throw .objectiveConstantIsNotFinite(objectiveConstant) }
    for (index, column) in columns.enumerated() {
      guard Self.isBoundPair(column.lower, column.upper) else { throw .columnBoundIsNotANumber(column: index, name: column.name) }
      guard column.lower <= column.upper else {
        throw .columnBoundsCross(column: index, name: column.name, lower: column.lower, upper: column.upper)
      }
      guard column.objective.isFinite else {
        throw .objectiveIsNotFinite(column: index, name: column.name, value: column.objective)
      }
    }
    try validateRows()
  }

  private func validateRows() throws(ModelError) {
    var entryCount = 0
    // The last row that named each column: finds duplicates in one pass without clearing anything between rows.
    var lastRowNaming = [Int](repeating: -1, count: columns.count)
    for (index, row) in rows.enumerated() {
      guard Self.isBoundPair(row.lower, row.upper) else { throw .rowBoundIsNotANumber(row: index, name: row.name) }
      guard row.lower <= row.upper else {
        throw .rowBoundsCross(row: index, name: row.name, lower: row.lower, upper: row.upper)
      }
      entryCount += row.terms.count
      for term in row.terms {
        guard columns.indices.contains(term.column) else {
          throw .noSuchColumn(row: index, name: row.name, column: term.column, columnCount: columns.count)
        }
        let columnName = columns[term.column].name
        guard lastRowNaming[term.column] != index else {
          throw .duplicateEntry(row: index, name: row.name, column: term.column, columnName: columnName)
        }
        lastRowNaming[term.column] = index
        guard term.coefficient.isFinite else {
          throw .coefficientIsNotFinite(
            row: index, name: row.name, column: term.column, columnName: columnName, value: term.coefficient)
        }
      }
    }
    guard entryCount <= Self.entryLimit else { throw .tooManyEntries(count: entryCount, limit: Self.entryLimit) }
  }

  /// A lower bound may be -infinity but not +infinity, an upper bound the other way round, and neither NaN.
  private static func isBoundPair(_ lower: Double, _ upper: Double) -> Bool {
    !lower.isNaN && !upper.isNaN && lower != .infinity && upper != -.infinity
  }
}
