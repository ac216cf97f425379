import MILP
import PortfolioOptimizationDomain

/// One thing to maximize: a coefficient per column in the model's own scale, and the way back to the objective's.
///
/// KPI totals are whole numbers of 10^-12, so a stage over one KPI becomes a whole-number objective by dividing out what its
/// coefficients have in common: the solver then rounds its bounds, and equal portfolios are equal exactly.
struct Stage {
  /// One per column of the model; more is better.
  let coefficients: [Double]
  /// What one model unit is in multiples of 10^-12, when all coefficients are whole numbers of it; otherwise nil.
  let unit: Int128?
  /// The objective's value of one model unit, turned back into the KPI's own direction.
  let factor: Double

  /// Above this, whole numbers would no longer be told apart by the solver's arithmetic.
  private static let integerLimit: Int128 = 1 << 40

  /// Over a single KPI: `units` are multiples of 10^-12 per column, turned so that more is better.
  init(units: [Int128], isTurned: Bool) {
    let divisor = units.reduce(Int128(0)) { greatestCommonDivisor($0, $1) }
    let largest = units.map(\.magnitude).max() ?? 0
    let direction = isTurned ? -1.0 : 1.0
    if divisor != 0, Int128(largest) / divisor <= Self.integerLimit {
      coefficients = units.map { Double($0 / divisor) }
      unit = divisor
      factor = direction * Amount(units: divisor).double
    } else if divisor == 0 {
      coefficients = units.map { _ in 0 }
      unit = 1
      factor = direction
    } else {
      let scale = Self.powerOfTwo(scaling: Double(largest), to: 0x1p30)
      coefficients = units.map { Double($0) * scale }
      unit = nil
      factor = direction / scale / Double(Amount.one)
    }
  }

  /// Over a weighted sum: the gain per column.
  init(gains: [WideReal]) {
    let largest = gains.map(\.magnitude.double).max() ?? 0
    let scale = largest > 0 ? Self.powerOfTwo(scaling: largest, to: 0x1p20) : 1
    coefficients = gains.map { $0.double * scale }
    unit = nil
    factor = 1 / scale
  }

  /// The power of two that brings a magnitude nearest to the target; multiplying by it rounds nothing.
  private static func powerOfTwo(scaling magnitude: Double, to target: Double) -> Double {
    Double(sign: .plus, exponent: (target / magnitude).exponent, significand: 1)
  }

  /// What the model calls a worth of this stage.
  func modelValue(of worth: Worth) -> Double {
    switch worth {
    case .total(let amount): modelValue(of: amount)
    case .weighted(let value, _): value.double / factor
    }
  }

  /// What the model calls an amount, turned so that more is better; rounded up to a value that the stage can have.
  func modelValue(of amount: Amount) -> Double {
    guard let unit else { return amount.double / factor.magnitude }
    let (quotient, rest) = amount.units.quotientAndRemainder(dividingBy: unit)
    return Double(rest > 0 ? quotient + 1 : quotient)
  }

  /// How far rounding can lead the solver's sums astray.
  var slack: Double {
    let scale = coefficients.map(\.magnitude).reduce(0, +)
    // Whole numbers of this size are told apart; half a unit is neither this portfolio's nor the next.
    if unit != nil, scale < 1e9 { return 0.25 }
    return 1e-10 * scale + 1e-9
  }

  /// The row that keeps this stage at a worth or better. Slightly looser than said, so that no equal portfolio is cut off; whoever
  /// uses it checks the answer exactly.
  func holding(at worth: Worth, name: String) -> Model.Row {
    Model.Row(name, lower: modelValue(of: worth) - slack, terms: nonzeroTerms)
  }

  var nonzeroTerms: [Model.Term] {
    coefficients.enumerated().filter { $1 != 0 }.map { Model.Term($0, $1) }
  }
}

func greatestCommonDivisor(_ left: Int128, _ right: Int128) -> Int128 {
  var (left, right) = (left < 0 ? -left : left, right < 0 ? -right : right)
  while right != 0 { (left, right) = (right, left % right) }
  return left
}
