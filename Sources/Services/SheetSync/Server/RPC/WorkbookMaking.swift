import Messages
import RPC

/// Makes the workbooks that people begin with.
struct WorkbookMaking: Sendable {
  /// The paths of the files made. Throws `WorkbookError` when one of them is there already, or the folder is not.
  func make(_ template: WorkbookTemplate, in directory: String) async throws -> [String] {
    throw RPCError(.unimplemented, "workbooks cannot be made yet.")
  }
}
