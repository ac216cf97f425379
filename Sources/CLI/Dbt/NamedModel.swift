import YAMLText

/// A dbt model that a metric's version names in a metric_registry.yaml.
struct NamedModel: Equatable {
  var metric: String
  var version: String
  /// As it is written: "marts/metrics/roas_v1".
  var path: String

  /// dbt's own name of it, which is one in the whole project: the last part of the path.
  var name: String {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    return last.hasSuffix(".sql") ? String(last.dropLast(4)) : last
  }

  /// Those of versions that are not retired. Throws `Failure` for a text that is no registry.
  static func all(in yaml: String, called file: String) throws -> [NamedModel] {
    let document = YAMLDocument(yaml)
    if let fault = document.faults.first {
      throw Failure(
        .refused, "\(file), \(fault.position): \(fault.message)", mend: "`lodestar metrics plan` shows all that is wrong")
    }
    guard let metrics = document.root?["metrics"] else {
      throw Failure(.refused, "\(file) has no metrics", mend: "name a metric_registry.yaml")
    }
    return metrics.entries.flatMap { metric in
      (metric.value["versions"]?.entries ?? []).compactMap { version in
        guard let path = version.value["dbt_model"]?.text, !path.isEmpty, version.value["status"]?.text != "retired" else {
          return nil
        }
        return NamedModel(metric: metric.key, version: version.key, path: path)
      }
    }
  }
}

extension YAMLNode {
  var entries: [YAMLEntry] {
    guard case .mapping(let entries) = content else { return [] }
    return entries
  }

  var items: [YAMLNode] {
    guard case .sequence(let items) = content else { return [] }
    return items
  }

  /// Nil for anything but a scalar that says something.
  var text: String? {
    guard case .scalar(let text, let isPlain) = content, !(isPlain && ["", "~", "null"].contains(text)) else { return nil }
    return text
  }

  subscript(key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
}
