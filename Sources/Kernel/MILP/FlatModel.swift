import CGLPK

/// A model as the arrays that C reads. Integer bounds are rounded inwards here; when that empties one, `isEmpty` says so.
struct FlatModel: ~Copyable {
  let maximize: Bool
  let objectiveConstant: Double
  private(set) var columnLower: [Double] = []
  private(set) var columnUpper: [Double] = []
  private(set) var columnIsInteger: [UInt8] = []
  private(set) var columnObjective: [Double] = []
  private(set) var rowLower: [Double] = []
  private(set) var rowUpper: [Double] = []
  private(set) var rowStart: [Int32] = [0]
  private(set) var entryColumn: [Int32] = []
  private(set) var entryValue: [Double] = []
  /// An integer column has no whole number between its bounds.
  private(set) var isEmpty = false

  init(_ model: Model) {
    maximize = model.sense == .maximize
    objectiveConstant = model.objectiveConstant
    columnLower.reserveCapacity(model.columns.count)
    for column in model.columns {
      var (lower, upper) = (column.lower, column.upper)
      if column.kind == .integer {
        lower = lower.rounded(.up)
        upper = upper.rounded(.down)
        if lower > upper { isEmpty = true }
      }
      columnLower.append(lower)
      columnUpper.append(upper)
      columnIsInteger.append(column.kind == .integer ? 1 : 0)
      columnObjective.append(column.objective)
    }
    for row in model.rows {
      rowLower.append(row.lower)
      rowUpper.append(row.upper)
      for term in row.terms {
        entryColumn.append(Int32(truncatingIfNeeded: term.column))
        entryValue.append(term.coefficient)
      }
      rowStart.append(Int32(truncatingIfNeeded: entryColumn.count))
    }
  }

  /// Calls the body with C's view of the model, valid during the call.
  func withView<Result>(_ body: (UnsafePointer<lodestar_glpk_model>) -> Result) -> Result {
    unsafe columnLower.withUnsafeBufferPointer { columnLower in
      unsafe columnUpper.withUnsafeBufferPointer { columnUpper in
        unsafe columnIsInteger.withUnsafeBufferPointer { columnIsInteger in
          unsafe columnObjective.withUnsafeBufferPointer { columnObjective in
            unsafe rowLower.withUnsafeBufferPointer { rowLower in
              unsafe rowUpper.withUnsafeBufferPointer { rowUpper in
                unsafe rowStart.withUnsafeBufferPointer { rowStart in
                  unsafe entryColumn.withUnsafeBufferPointer { entryColumn in
                    unsafe entryValue.withUnsafeBufferPointer { entryValue in
                      var view = unsafe lodestar_glpk_model(
                        column_count: Int32(columnLower.count), row_count: Int32(rowLower.count), maximize: maximize,
                        objective_constant: objectiveConstant, column_lower: columnLower.baseAddress,
                        column_upper: columnUpper.baseAddress, column_is_integer: columnIsInteger.baseAddress,
                        column_objective: columnObjective.baseAddress, row_lower: rowLower.baseAddress,
                        row_upper: rowUpper.baseAddress, row_start: rowStart.baseAddress,
                        entry_column: entryColumn.baseAddress, entry_value: entryValue.baseAddress)
                      return unsafe body(&view)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
