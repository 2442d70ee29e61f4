"""The vendor's own client against this API. Asks for codes and for time on standard output, one line
each, reads the answers on standard input, and ends with `passed`."""

import base64
import datetime
import hashlib
import hmac
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


def shown(secret, ahead=0):
    """What an authenticator app shows, by the standard library alone (RFC 6238)."""
    step = int(asked("now")) // 30 + ahead
    key, moving = base64.b32decode(secret), step.to_bytes(8, "big")
    tag = hmac.new(key, moving, hashlib.sha1).digest()
    at = tag[-1] & 15
    value = int.from_bytes(tag[at : at + 4], "big") & 0x7FFFFFFF
    return f"{value % 1000000:06d}"


def authenticator_apps(at):
    who = "ff483d1f-f591-898a-9942-916050d2ca3f"
    entity = at.entities(who)
    made = entity.new_factors.create(friendly_name="Anna's phone", factor_type="totp")
    assert (made.status, made.factor_type) == ("unverified", "totp")
    secret = made.binding["secret"]
    assert f"secret={secret}&issuer=Harbour%20Chat" in made.binding["uri"]
    assert made.config == {"alg": "sha1", "skew": 1, "code_length": 6, "time_step": 30}
    factor = entity.factors(made.sid)
    early = lambda: entity.challenges.create(factor_sid=made.sid)
    assert refusal(early) == (403, 60318)
    assert factor.update(auth_payload="000000").status == "unverified"
    assert factor.update(auth_payload=shown(secret)).status == "verified"
    challenge = entity.challenges.create(factor_sid=made.sid)
    assert challenge.status == "pending"
    code = shown(secret, ahead=1)
    assert challenge.update(auth_payload=code).status == "approved"
    again = entity.challenges.create(factor_sid=made.sid, auth_payload=code)
    assert again.status == "pending"
    assert [c.sid for c in entity.challenges.list()] == [again.sid, challenge.sid]
    assert [f.sid for f in entity.factors.list()] == [made.sid]
    assert [e.identity for e in at.entities.list()] == [who]
    assert at.entities.create(identity="another-person").sid.startswith("YE")
    assert refusal(lambda: at.entities.create(identity=who)) == (409, 60301)
    assert factor.delete()
    assert refusal(factor.fetch) == (404, 20404)
    assert entity.delete()
    assert refusal(entity.fetch) == (404, 20404)


def what_is_off(at):
    off = (403, 60204)
    lists = [at.webhooks, at.messaging_configurations]
    assert [known.list() for known in lists] == [[], []]
    webhook = lambda: at.webhooks.create("x", ["*"], "https://chat.harbour.example")
    assert refusal(webhook) == off
    factors = at.entities("a" * 8).new_factors
    factor = lambda: factors.create(friendly_name="x", factor_type="push")
    assert refusal(factor) == off
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
authenticator_apps(at)
what_is_off(at)
strangers(at.fetch())
print("passed", flush=True)
