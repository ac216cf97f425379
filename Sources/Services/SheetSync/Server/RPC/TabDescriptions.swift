import Messages
import SheetSyncDomain

extension TabDescription {
  init(_ tab: TabDefinition) {
    self.init(
      workbook: tab.workbook.title, tab: tab.title, aliases: tab.aliases, purpose: tab.purpose, keyColumns: tab.keyColumns,
      columns: tab.columns.map(ColumnDescription.init), isSaved: tab.isSaved)
  }
}

extension ColumnDescription {
  init(_ column: ColumnDefinition) {
    self.init(
      name: column.name, aliases: column.aliases, kind: column.kind.word, owner: column.owner.words, type: column.type.words,
      need: column.need.word, severity: column.severity.word, field: column.field, note: column.note)
  }
}
