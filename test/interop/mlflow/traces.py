"""Traces: what an application that is traced sends, and what is asked about it afterwards."""

import time

from cases import MAJOR, case, main, paged, refused

import mlflow
from mlflow import MlflowClient

client = MlflowClient()
experiment = mlflow.set_experiment("traces").experiment_id


@mlflow.trace(name="inner", span_type="LLM", attributes={"model": "small"})
def inner(x):
    return x + 1


@mlflow.trace(name="outer")
def outer(x):
    time.sleep(0.01)
    if x < 0:
        raise ValueError("negative")
    return inner(x) * 2


def flush():
    if hasattr(mlflow, "flush_trace_async_logging"):
        try:
            mlflow.flush_trace_async_logging()
        except Exception:  # noqa: BLE001
            pass


def last_trace():
    found = mlflow.get_last_active_trace_id() if MAJOR >= 3 else mlflow.get_last_active_trace().info.request_id
    flush()
    return found


def wait_for(read):
    """What a read gives, once it gives anything: spans are sent in the background."""
    deadline = time.monotonic() + 15
    while True:
        found = read()
        if found:
            return found
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def found_traces(**query):
    return mlflow.search_traces(experiment_ids=[experiment], **({"return_type": "list"} if MAJOR >= 3 else {}), **query)


@case("a traced function leaves a trace with its spans, inputs and outputs")
def traced():
    assert outer(3) == 8
    trace_id = last_trace()
    trace = wait_for(lambda: client.get_trace(trace_id))
    spans = {span.name: span for span in trace.data.spans}
    assert set(spans) == {"outer", "inner"}
    assert spans["inner"].parent_id == spans["outer"].span_id
    assert spans["outer"].inputs == {"x": 3} and spans["outer"].outputs == 8
    assert spans["inner"].span_type == "LLM" and spans["inner"].attributes["model"] == "small"
    assert str(trace.info.status).endswith("OK")
    assert trace.info.execution_time_ms >= 10


@case("a trace of a call that raised is an ERROR with the exception")
def failed():
    try:
        outer(-1)
    except ValueError:
        pass
    trace_id = last_trace()
    trace = wait_for(lambda: client.get_trace(trace_id))
    assert str(trace.info.status).endswith("ERROR")
    [event] = trace.data.spans[0].events
    assert event.attributes["exception.message"] == "negative"


@case("traces have tags, and are searched by tag, status and order")
def searched():
    outer(1)
    trace_id = last_trace()
    wait_for(lambda: client.get_trace(trace_id))
    client.set_trace_tag(trace_id, "color", "blue")
    client.set_trace_tag(trace_id, "gone", "soon")
    client.delete_trace_tag(trace_id, "gone")
    tags = client.get_trace(trace_id).info.tags
    assert tags["color"] == "blue" and "gone" not in tags
    flush()
    ids = lambda **query: [t.info.request_id for t in client.search_traces(experiment_ids=[experiment], **query)]
    assert ids(filter_string="tags.color = 'blue'") == [trace_id]
    assert ids()[0] == trace_id
    failed_ones = ids(filter_string="status = 'ERROR'")
    assert failed_ones and trace_id not in failed_ones
    assert ids(order_by=["timestamp_ms ASC"])[-1] == trace_id
    every = paged(
        lambda token: client.search_traces(experiment_ids=[experiment], max_results=1, page_token=token)
    )
    assert len(every) == len(ids())
    refused(client.search_traces, experiment_ids=[experiment], filter_string="nothing = 'x'")


@case("a trace within a run is found by the run")
def within_run():
    with mlflow.start_run() as run:
        outer(5)
        trace_id = last_trace()
    wait_for(lambda: client.get_trace(trace_id))
    found = mlflow.search_traces(experiment_ids=[experiment], run_id=run.info.run_id)
    column = "trace_id" if "trace_id" in found.columns else "request_id"
    assert list(found[column]) == [trace_id]


@case("spans are started and ended by hand, across calls")
def by_hand():
    if MAJOR >= 3:
        root = mlflow.start_span_no_context("manual", inputs={"q": 1}, experiment_id=experiment)
        child = mlflow.start_span_no_context("step", parent_span=root)
        child.set_attribute("n", 3)
        child.end()
        root.end(outputs={"a": 2})
        trace_id = root.trace_id
    else:
        root = client.start_trace("manual", inputs={"q": 1}, experiment_id=experiment)
        child = client.start_span("step", request_id=root.request_id, parent_id=root.span_id)
        client.end_span(root.request_id, child.span_id)
        client.end_trace(root.request_id, outputs={"a": 2})
        trace_id = root.request_id
    flush()
    trace = wait_for(lambda: client.get_trace(trace_id))
    assert [span.name for span in trace.data.spans] == ["manual", "step"]


@case("feedback and expectations are logged, changed, found and deleted", needs=3)
def assessments():
    outer(7)
    trace_id = last_trace()
    wait_for(lambda: client.get_trace(trace_id))
    good = mlflow.log_feedback(trace_id=trace_id, name="good", value=True, rationale="it is")
    mlflow.log_expectation(trace_id=trace_id, name="answer", value={"n": 16})
    shown = mlflow.get_trace(trace_id).info.assessments
    assert {each.name for each in shown} == {"good", "answer"}
    from mlflow.entities import Feedback

    changed = mlflow.update_assessment(trace_id, good.assessment_id, Feedback(name="good", value=False))
    assert changed.feedback.value is False
    assert mlflow.get_assessment(trace_id, good.assessment_id).feedback.value is False
    found = found_traces(filter_string="feedback.good = 'false'")
    assert [trace.info.trace_id for trace in found] == [trace_id]
    mlflow.delete_assessment(trace_id, good.assessment_id)
    assert {each.name for each in mlflow.get_trace(trace_id).info.assessments} == {"answer"}


@case("traces are deleted by id and by age")
def deletion():
    outer(9)
    trace_id = last_trace()
    wait_for(lambda: client.get_trace(trace_id))
    by_id = {"trace_ids": [trace_id]} if MAJOR >= 3 else {"request_ids": [trace_id]}
    assert client.delete_traces(experiment_id=experiment, **by_id) == 1
    refused(client.get_trace, trace_id)
    left = len(client.search_traces(experiment_ids=[experiment]))
    later = int(time.time() * 1000) + 1000
    assert client.delete_traces(experiment_id=experiment, max_timestamp_millis=later, max_traces=1) == 1
    assert client.delete_traces(experiment_id=experiment, max_timestamp_millis=later) == left - 1


main()
