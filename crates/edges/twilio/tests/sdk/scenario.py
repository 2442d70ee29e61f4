"""The vendor's own client against this API. Asks for codes and for time on standard output, one line
each, reads the answers on standard input, and ends with `passed`."""

import datetime
import sys

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

url, account, token, number = sys.argv[1:]
client = Client(account, token)
client.verify.base_url = url


def asked(question):
    print(question, flush=True)
    return sys.stdin.readline().strip()


def refusal(call):
    try:
        call()
    except TwilioRestException as error:
        return error.status, error.code
    raise AssertionError("not refused")


def services():
    service = client.verify.v2.services.create(friendly_name="Harbour Chat")
    assert [known.sid for known in client.verify.v2.services.list()] == [service.sid]
    at = client.verify.v2.services(service.sid)
    assert at.fetch().friendly_name == service.friendly_name
    assert at.fetch().code_length == 6
    assert isinstance(service.date_created, datetime.datetime)
    assert at.update(code_length=6).sid == service.sid
    assert refusal(lambda: at.update(code_length=8)) == (400, 60200)
    return at


def verifications(at):
    started = at.verifications.create(to=number, channel="sms")
    assert (started.status, started.to, started.valid) == ("pending", number, False)
    assert isinstance(started.date_created, datetime.datetime)
    assert refusal(lambda: at.verifications.create(to=number, channel="sms")) == (429, 60212)
    code = asked("code")
    asked("pass 30")
    again = at.verifications.create(to=number, channel="sms")
    assert (again.sid, again.date_created) == (started.sid, started.date_created)
    assert again.date_updated == started.date_updated + datetime.timedelta(seconds=30)
    assert asked("code") == code
    assert at.verifications(number).fetch().sid == started.sid
    assert at.verifications(started.sid).fetch().to != number

    wrong = "000001" if code == "000000" else "000000"
    guess = at.verification_checks.create(to=number, code=wrong)
    assert (guess.status, guess.valid) == ("pending", False)
    proven = at.verification_checks.create(to=number, code=code)
    assert (proven.status, proven.valid, proven.sid) == ("approved", True, started.sid)
    assert proven.date_created == started.date_created
    late = lambda: at.verification_checks.create(to=number, code=code)
    assert refusal(late) == (404, 20404)

    second = at.verifications.create(to=number, channel="call")
    assert second.sid != started.sid
    assert at.verifications(number).update(status="canceled").status == "canceled"
    assert refusal(lambda: at.verifications(second.sid).fetch()) == (404, 20404)
    assert refusal(lambda: at.verifications.create(to="nobody", channel="sms")) == (400, 60200)
    approve = lambda: at.verifications(second.sid).update(status="approved")
    assert refusal(approve) == (403, 60204)
    return started, second


def attempts(at, started, second):
    listed = client.verify.v2.verification_attempts.list(page_size=1)
    assert [one.verification_sid for one in listed] == [second.sid, started.sid]
    proven = listed[1]
    assert (proven.conversion_status, proven.channel) == ("converted", "sms")
    assert proven.channel_data["to"] != number
    assert proven.date_created == started.date_created
    one = client.verify.v2.verification_attempts(proven.sid)
    assert one.fetch().verification_sid == started.sid
    since = started.date_created
    filtered = client.verify.v2.verification_attempts.list(
        date_created_after=since,
        country="GB",
        channel="sms",
        status="converted",
        verify_service_sid=at.fetch().sid,
    )
    assert [one.sid for one in filtered] == [proven.sid]
    try:
        client.verify.v2.verification_attempts.list(channel_data_to=number)
        raise AssertionError("listed by number")
    except TwilioException as error:
        # Refused lists have an exception of their own.
        assert error.args[1].status_code == 403
    summary = client.verify.v2.verification_attempts_summary().fetch(date_created_after=since)
    assert (summary.total_attempts, summary.total_converted) == (2, 1)
    assert float(summary.conversion_rate_percentage) == 50


def rate_limits(at):
    limit = at.rate_limits.create(unique_name="ip", description="By address")
    again = lambda: at.rate_limits.create(unique_name="ip")
    assert refusal(again) == (400, 60208)
    assert at.rate_limits(limit.sid).update(description="Other").description == "Other"
    assert at.rate_limits(limit.sid).fetch().unique_name == "ip"
    others = [at.rate_limits.create(unique_name=name) for name in ("a", "b")]
    assert len(at.rate_limits.list(page_size=1)) == 3
    assert all(at.rate_limits(other.sid).delete() for other in others)

    buckets = at.rate_limits(limit.sid).buckets
    bucket = buckets.create(max=5, interval=60)
    assert (bucket.max, bucket.interval) == (5, 60)
    assert refusal(lambda: buckets.create(max=6, interval=60)) == (400, 60211)
    one = at.rate_limits(limit.sid).buckets(bucket.sid)
    assert one.update(max=1).max == 1
    assert [known.max for known in buckets.list()] == [1]
    assert one.fetch().rate_limit_sid == limit.sid

    values = {"ip": "192.0.2.7"}
    start = lambda to: at.verifications.create(to=to, channel="sms", rate_limits=values)
    assert start("+447700900130").status == "pending"
    assert refusal(lambda: start("+447700900131")) == (429, 20429)
    asked("pass 60")
    assert start("+447700900131").status == "pending"
    assert one.delete()
    assert refusal(one.fetch) == (404, 20404)
    assert at.rate_limits(limit.sid).delete()
    assert at.rate_limits.list() == []


def templates(at):
    [template] = client.verify.v2.templates.list()
    assert template.sid == at.fetch().default_template_sid
    assert "{{code}}" in template.translations["en"]["text"]
    start = lambda sid: at.verifications.create(
        to="+447700900132", channel="sms", template_sid=sid
    )
    assert start(template.sid).status == "pending"
    assert refusal(lambda: start("HJ" + "f" * 32)) == (403, 60204)


def what_is_off(at):
    off = (403, 60204)
    lists = [at.webhooks, at.entities, at.messaging_configurations]
    assert [known.list() for known in lists] == [[], [], []]
    webhook = lambda: at.webhooks.create("x", ["*"], "https://chat.harbour.example")
    assert refusal(webhook) == off
    assert refusal(lambda: at.entities.create(identity="a" * 8)) == off
    factors = at.entities("a" * 8).new_factors
    factor = lambda: factors.create(friendly_name="x", factor_type="totp")
    assert refusal(factor) == off
    challenges = at.entities("a" * 8).challenges
    assert refusal(lambda: challenges.create(factor_sid="YF" + "0" * 32)) == off
    assert refusal(lambda: at.entities("a" * 8).fetch()) == (404, 20404)
    token = lambda: at.access_tokens.create(identity="a" * 8, factor_type="push")
    assert refusal(token) == off
    sender = lambda: at.messaging_configurations.create("GB", "MG" + "0" * 32)
    assert refusal(sender) == off
    assert refusal(lambda: client.verify.v2.safelist.create(phone_number=number)) == off
    assert refusal(lambda: client.verify.v2.safelist(number).fetch()) == (404, 20404)
    assert refusal(lambda: client.verify.v2.forms("form-push").fetch()) == off
    assert refusal(at.delete) == off


def strangers(service):
    stranger = Client(account, token[:-1] + ("A" if token[-1] != "A" else "B"))
    stranger.verify.base_url = url
    fetch = lambda: stranger.verify.v2.services(service.sid).fetch()
    assert refusal(fetch) == (401, 20003)


at = services()
started, second = verifications(at)
attempts(at, started, second)
rate_limits(at)
templates(at)
what_is_off(at)
strangers(at.fetch())
print("passed", flush=True)
