"""Calls every service with Python's grpcio, from the same .proto files, and checks the answers.

usage: grpc_calls.py PROTOS TLS METRICS COMPILER OPTIMIZER SYNC     (the last four as HOST:PORT)
TLS is the directory with authority.pem, lodestar.pem and lodestar.key, as `lodestar up` leaves it in its state directory.
Prints a line per check, "all calls answered as they should" at the end; exits with 1 at the first that did not.
"""

import atexit
import importlib
import pathlib
import sys
import tempfile

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_tools import protoc


def compile_protos(root: pathlib.Path) -> None:
    folder = tempfile.TemporaryDirectory(prefix="lodestar-grpcio-")
    # The modules are imported from it later.
    atexit.register(folder.cleanup)
    target = folder.name
    files = [str(f) for f in sorted(root.rglob("*.proto"))]
    # google/protobuf's own files come with grpcio-tools.
    known = pathlib.Path(protoc.__file__).parent / "_proto"
    code = protoc.main(
        ["protoc", f"-I{root}", f"-I{known}", f"--python_out={target}", f"--grpc_python_out={target}", *files])
    if code != 0:
        sys.exit("protoc refused the .proto files")
    sys.path.insert(0, target)


def check(name: str, holds: bool, seen: object = "") -> None:
    print(f"{'ok  ' if holds else 'FAIL'} {name}" + (f": {seen}" if not holds else ""))
    if not holds:
        sys.exit(1)


def refused_with(call, code: grpc.StatusCode) -> grpc.RpcError | None:
    try:
        answer = call()
        if hasattr(answer, "__iter__") and hasattr(answer, "cancel"):
            list(answer)
        return None
    except grpc.RpcError as error:
        return error if error.code() == code else None


def credentials(tls: pathlib.Path, with_certificate: bool = True) -> grpc.ChannelCredentials:
    authority = (tls / "authority.pem").read_bytes()
    if not with_certificate:
        return grpc.ssl_channel_credentials(root_certificates=authority)
    return grpc.ssl_channel_credentials(authority, (tls / "lodestar.key").read_bytes(), (tls / "lodestar.pem").read_bytes())


def main() -> None:
    protos, tls, metrics_at, compiler_at, optimizer_at, sync_at = sys.argv[1:7]
    compile_protos(pathlib.Path(protos))
    load = importlib.import_module
    common = load("lodestar.common.v1.common_pb2")
    metrics, metrics_rpc = load("lodestar.metrics.v1.metrics_pb2"), load("lodestar.metrics.v1.metrics_pb2_grpc")
    constraints = load("lodestar.constraints.v1.constraints_pb2")
    constraints_rpc = load("lodestar.constraints.v1.constraints_pb2_grpc")
    optimizer, optimizer_rpc = load("lodestar.optimizer.v1.optimizer_pb2"), load("lodestar.optimizer.v1.optimizer_pb2_grpc")
    sync, sync_rpc = load("lodestar.sync.v1.sync_pb2"), load("lodestar.sync.v1.sync_pb2_grpc")
    health, health_rpc = load("grpc_health.v1.health_pb2"), load("grpc_health.v1.health_pb2_grpc")

    proven = credentials(pathlib.Path(tls))
    channels = {name: grpc.secure_channel(at, proven) for name, at in
                [("metrics", metrics_at), ("compiler", compiler_at), ("optimizer", optimizer_at), ("sync", sync_at)]}
    names = {"metrics": "lodestar.metrics.v1.MetricGovernance", "compiler": "lodestar.constraints.v1.ConstraintCompilation",
             "optimizer": "lodestar.optimizer.v1.PortfolioOptimization", "sync": "lodestar.sync.v1.SheetSync"}

    for service, channel in channels.items():
        stub = health_rpc.HealthStub(channel)
        for name in ["", names[service]]:
            status = stub.Check(health.HealthCheckRequest(service=name), timeout=5).status
            check(f"{service} says SERVING for {name!r}", status == health.HealthCheckResponse.SERVING, status)
        check(f"{service} does not know another service's health",
              refused_with(lambda: stub.Check(health.HealthCheckRequest(service="no.such.Service"), timeout=5),
                           grpc.StatusCode.NOT_FOUND) is not None)
        described = ProtoReflectionDescriptorDatabase(channel)
        check(f"{service} lists itself by reflection", names[service] in described.get_services())
        check(f"{service} tells its methods by reflection",
              len(DescriptorPool(described).FindServiceByName(names[service]).methods) > 0)
        watch = stub.Watch(health.HealthCheckRequest(service=names[service]), timeout=30)
        check(f"{service} streams its health", next(watch).status == health.HealthCheckResponse.SERVING)
        watch.cancel()
        unknown = channel.unary_unary(f"/{names[service]}/NoSuchMethod")
        check(f"{service} answers UNIMPLEMENTED for an unknown method",
              refused_with(lambda: unknown(b"", timeout=5), grpc.StatusCode.UNIMPLEMENTED) is not None)

    for what, channel in [("in clear text", grpc.insecure_channel(metrics_at)),
                          ("without a certificate", grpc.secure_channel(metrics_at, credentials(pathlib.Path(tls), False)))]:
        stub = health_rpc.HealthStub(channel)
        error = refused_with(lambda: stub.Check(health.HealthCheckRequest(service=""), timeout=5), grpc.StatusCode.UNAVAILABLE)
        check(f"a caller {what} is refused", error is not None, error)
        print(f"     {error.details()}")

    metric = metrics_rpc.MetricGovernanceStub(channels["metrics"])
    config = metric.GetMetricsConfig(metrics.GetMetricsConfigRequest(), timeout=5)
    check("metrics has a saved configuration with one active north star",
          sum(k.is_active and k.kpi_level == metrics.KPI_LEVEL_NORTH_STAR for k in config.kpis) == 1, config)
    rows = [metrics.KpiRow(row_number=2, kpi_key="A", kpi_name="A", kpi_level="north_star", is_active=True),
            metrics.KpiRow(row_number=3, kpi_key="a", kpi_name="Ä", kpi_level="nordstar", is_active=True)]
    answer = metric.SaveMetricsConfig(metrics.SaveMetricsConfigRequest(
        rows=rows, scope=common.ROW_SCOPE_ALL, actor="grpcio", validate_only=True), timeout=5)
    check("a wrong configuration is not saved", not answer.saved)
    check("every offending row is answered at once",
          {m.row_number for m in answer.messages if m.severity == common.SEVERITY_ERROR} == {2, 3}, answer)
    check("nothing was changed", metric.GetMetricsConfig(metrics.GetMetricsConfigRequest(), timeout=5).revision == config.revision)
    watch = metric.WatchMetricsConfig(metrics.WatchMetricsConfigRequest(after_revision=0), timeout=30)
    check("a watch begins with the configuration", next(watch).revision == config.revision)
    watch.cancel()
    idle = metric.WatchMetricsConfig(metrics.WatchMetricsConfigRequest(after_revision=config.revision), timeout=0.3)
    check("a deadline ends a stream that has nothing to say",
          refused_with(lambda: idle, grpc.StatusCode.DEADLINE_EXCEEDED) is not None)

    compiler = constraints_rpc.ConstraintCompilationStub(channels["compiler"])
    scenarios = compiler.ListScenarios(constraints.ListScenariosRequest(), timeout=5).scenarios
    check("the compiler lists scenarios", len(scenarios) >= 2, scenarios)
    error = refused_with(lambda: compiler.GetScenario(constraints.GetScenarioRequest(scenario_name="Züri 100%"), timeout=5),
                         grpc.StatusCode.NOT_FOUND)
    check("an unknown scenario is NOT_FOUND and the message names it", error is not None and "Züri 100%" in error.details(), error)
    core = compiler.GetConstraintSet(constraints.GetConstraintSetRequest(
        scenario_name="Q1-2026 Core", constraint_set_name="Baseline"), timeout=5)
    check("a constraint set has a SHA-256 revision", len(core.revision) == 64, core.revision)
    problem = compiler.AssembleProblem(constraints.AssembleProblemRequest(
        scenario_name="Q1-2026 Core", constraint_set_name="Baseline"), timeout=5)
    check("a problem is assembled", len(problem.problem.candidates) > 20 and problem.problem.revision == core.revision)

    portfolio = optimizer_rpc.PortfolioOptimizationStub(channels["optimizer"])
    submit = optimizer.SubmitRunRequest(scenario_name="Q1-2026 Core", constraint_set_name="Baseline",
                                        idempotency_key="grpcio-1", actor="grpcio")
    run = portfolio.SubmitRun(submit, timeout=10)
    check("the same idempotency key gives the same run", portfolio.SubmitRun(submit, timeout=10).run_id == run.run_id)
    last = list(portfolio.WatchRun(optimizer.WatchRunRequest(run_id=run.run_id), timeout=60))[-1]
    check("a watched run ends with its portfolio",
          last.run.status == optimizer.RUN_STATUS_SUCCESS and last.run.result.selected_count > 0, last)
    check("runs are listed newest first",
          portfolio.ListRuns(optimizer.ListRunsRequest(page_size=1), timeout=5).runs[0].run_id == run.run_id)
    check("an unknown run is NOT_FOUND", refused_with(
        lambda: portfolio.GetRun(optimizer.GetRunRequest(run_id="run_20260101T000000Z_00000000"), timeout=5),
        grpc.StatusCode.NOT_FOUND) is not None)

    sheets = sync_rpc.SheetSyncStub(channels["sync"])
    check("actions are listed", len(sheets.ListActionRuns(sync.ListActionRunsRequest(), timeout=5).action_runs) > 0)
    error = refused_with(lambda: sheets.RunAction(sync.RunActionRequest(action="pm.dance", workbook_path="/x.xlsx"), timeout=5),
                         grpc.StatusCode.INVALID_ARGUMENT)
    check("an unknown action is INVALID_ARGUMENT and the message names it", error is not None and "pm.dance" in error.details())
    print("all calls answered as they should")


if __name__ == "__main__":
    main()
