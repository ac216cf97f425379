/// What can be fed, and what has to hold of it whatever the bytes.
enum FuzzTarget: String, CaseIterable {
  case formula
  case registryFile = "registry_file"
  case metricChain = "metric_chain"
  case workbook

  func run(_ bytes: [UInt8]) {
    switch self {
    case .formula: FormulaTarget.formula(bytes)
    case .registryFile: RegistryFileTarget.registryFile(bytes)
    case .metricChain: MetricChainTarget.metricChain(bytes)
    case .workbook: WorkbookTarget.workbook(bytes)
    }
  }
}
