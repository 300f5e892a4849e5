"""Works with Nexus through confluent-kafka alone: confluent.py BOOTSTRAP_SERVERS; exit code 0 if all went as the README says."""

import json
import sys
import time
import uuid

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

LIMIT = 120  # seconds for anything that is waited for
FINAL = ("job.completed", "job.failed", "job.cancelled")

brokers = sys.argv[1]
producer = Producer({"bootstrap.servers": brokers, "partitioner": "fnv1a_random", "compression.type": "zstd"})
consumer = Consumer({"bootstrap.servers": brokers, "group.id": f"confluent-{uuid.uuid4()}"})
seen = []


def send(topic, value, key=None, headers=None):
    """Sends, and gives the record's place as topic/partition/offset."""
    places = []

    def delivered(error, message):
        if error is not None:
            raise AssertionError(f"not delivered: {error}")
        places.append(f"{message.topic()}/{message.partition()}/{message.offset()}")

    if not isinstance(value, bytes):
        value = json.dumps(value).encode()
    producer.produce(topic, value=value, key=key, headers=headers, on_delivery=delivered)
    producer.flush(LIMIT)
    return places[0]


def first(what, wanted):
    deadline = time.monotonic() + LIMIT
    for each in seen:
        if wanted(each):
            return each
    while time.monotonic() < deadline:
        message = consumer.poll(0.2)
        if message is None:
            continue
        if message.error():
            raise AssertionError(message.error())
        each = {
            "topic": message.topic(),
            "key": message.key(),
            "headers": dict(message.headers() or []),
            "bytes": message.value(),
        }
        if message.topic() == "job-events":
            each["value"] = json.loads(message.value())
        seen.append(each)
        if wanted(each):
            return each
    raise AssertionError(f"nothing came: {what}")


def event(key, *types):
    return lambda each: (
        each["topic"] == "job-events" and each["key"] == key.encode() and each["value"]["type"] in types
    )


def rejected_at(place):
    return lambda each: (
        each["topic"] == "job-events" and each["value"]["type"] == "job.rejected" and each["value"]["source"] == place
    )


def letter(topic, value):
    return lambda each: each["topic"] == topic and each["bytes"] == value


topics = consumer.list_topics(timeout=30).topics
consumer.assign(
    [
        TopicPartition(name, partition, OFFSET_BEGINNING)
        for name in ("job-events", "job-requests-dlt", "plan-requests-dlt")
        for partition in topics[name].partitions
    ]
)

print("1. a job in a structured CloudEvent, from its request to its final event")
job = str(uuid.uuid4())
request = {
    "specversion": "1.0",
    "id": "1",
    "source": "/confluent",
    "type": "com.example.wanted",
    "datacontenttype": "application/json",
    "data": {"type": "pipeline", "spec": "a library that converts Roman numerals"},
}
send("job-requests", request, key=job, headers={"content-type": "application/cloudevents+json"})
accepted = first("job.accepted", event(job, "job.accepted"))
assert accepted["headers"]["ce_type"] == b"job.accepted", accepted["headers"]
assert accepted["headers"]["ce_id"].decode() == f"{job}/accepted", accepted["headers"]
ended = first("the final event", event(job, *FINAL))["value"]
assert (ended["type"], ended.get("verdict")) == ("job.completed", "passed"), ended

print("2. a cancel")
job = str(uuid.uuid4())
send("job-requests", {"type": "pipeline", "spec": "a bank account"}, key=job)
first("job.accepted", event(job, "job.accepted"))
send("job-control", {"type": "cancel", "reason": "changed my mind"}, key=job)
ended = first("the final event", event(job, *FINAL))["value"]
assert ended["type"] == "job.cancelled", ended

print("3. a wrong request is answered at its place, and kept")
place = send("job-requests", b"\xff\xfe", key="no id", headers={"mine": "7"})
error = first("job.rejected", rejected_at(place))["value"]["error"]
assert error["message"].startswith("the record's key must be a UUID"), error
kept = first("the dead letter", letter("job-requests-dlt", b"\xff\xfe"))
assert (kept["key"], kept["headers"]["mine"]) == (b"no id", b"7"), kept

print("4. an order of one's own on a work topic becomes a job")
job = str(uuid.uuid4())
send("plan-requests", {"type": "plan", "spec": "a stack"}, key=job)
ended = first("the final event", event(job, *FINAL))["value"]
assert ended["type"] == "job.completed", ended

print("5. a wrong one is answered at its place, too")
place = send("plan-requests", b"nonsense", headers={"mine": "8"})
error = first("job.rejected", rejected_at(place))["value"]["error"]
assert error["message"].startswith("the request is not one valid JSON document"), error
kept = first("the dead letter", letter("plan-requests-dlt", b"nonsense"))
assert kept["headers"]["dlt-offset"].decode() == place.split("/")[2], kept
assert kept["headers"]["mine"] == b"8", kept

consumer.close()
