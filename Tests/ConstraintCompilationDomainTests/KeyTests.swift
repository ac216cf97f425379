import Testing

@testable import ConstraintCompilationDomain

@Suite struct KeyTests {
  @Test(arguments: [("INIT-1", "init-1"), ("  Growth ", "GROWTH"), ("\u{00A0}UK\t", "uk"), ("École", "école"), ("", "  ")])
  func `keys match without regard to case and outer spaces`(one: String, other: String) {
    #expect(NormalKey(one) == NormalKey(other))
  }

  @Test(arguments: [("INIT-1", "INIT-2"), ("a b", "ab"), ("UK", "")])
  func `keys that differ inside do not match`(one: String, other: String) {
    #expect(NormalKey(one) != NormalKey(other))
  }

  @Test(arguments: [
    ("KPI_CONVERSON", "KPI_CONVERSION"), ("kpi_conversoin", "KPI_CONVERSION"), ("NSM_ORDRS", "NSM_ORDERS"),
    ("INIT-00017", "INIT-000017"),
    ("INIT-000O17", "INIT-000017"), ("KPI_CONVRSN", "KPI_CONVERSION"),
  ])
  func `a slip is suggested away`(typed: String, meant: String) {
    var book = KeyBook(["NSM_ORDERS", "KPI_CONVERSION", "INIT-000017", "INIT-999999"])
    #expect(book.nearest(to: typed) == meant)
  }

  @Test(arguments: ["REVENUE", "", "X", "INIT-555555"])
  func `what is near to nothing gets no suggestion`(typed: String) {
    var book = KeyBook(["NSM_ORDERS", "KPI_CONVERSION", "INIT-000017", "UK"])
    #expect(book.nearest(to: typed) == nil)
  }

  @Test func `the nearer key goes before the farther, and of equals the first`() {
    var book = KeyBook(["GERMANYS", "GERMANY", "GERMANX"])
    #expect(book.nearest(to: "GERMANZ") == "GERMANX")
  }

  @Test func `ten thousand typos among ten thousand keys are answered`() {
    let keys = (0..<10_000).map { "INIT-" + String(repeating: "0", count: 6 - String($0).count) + "\($0)" }
    var book = KeyBook(keys)
    for key in keys { #expect(book.nearest(to: "\(key)X") == key) }
  }

  @Test(arguments: [("ab", "ba", 1), ("abc", "abc", 0), ("abcd", "acbd", 1), ("kitten", "sitting", 3), ("a", "abcd", 3)])
  func `slips are letters added, dropped, changed and swapped`(one: String, other: String, slips: Int) {
    var distance = EditDistance()
    #expect(distance.between(Array(one.utf8), Array(other.utf8), bound: 3) == slips)
    #expect(distance.between(Array(one.utf8), Array(other.utf8), bound: slips - 1) == nil)
  }

  @Test func `a list in a cell loses blanks and repeats and keeps its order`() {
    #expect(KeyGrammar.list(" B, a,, b ,C") == ["B", "a", "C"])
    #expect(KeyGrammar.list(" , ") == [])
  }

  @Test(arguments: ["A,B", "A<B", "A>B", "A+B", "A:B", "A;B"])
  func `what separates keys stands in none`(key: String) {
    #expect(KeyGrammar.fault(ofKey: key, column: "key")?.code == "bad_key")
  }
}
