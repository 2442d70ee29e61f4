"""The vendor's own client against this API. Asks for each code on standard output, reads it on
standard input, and ends with `passed`."""

import datetime
import sys

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

url, account, token, number = sys.argv[1:]
client = Client(account, token)
client.verify.base_url = url


def newest_code():
    print("code", flush=True)
    return sys.stdin.readline().strip()


def refusal(call):
    try:
        call()
    except TwilioRestException as error:
        return error.status, error.code
    raise AssertionError("not refused")


service = client.verify.v2.services.create(friendly_name="Harbour Chat")
assert [known.sid for known in client.verify.v2.services.list()] == [service.sid]
at = client.verify.v2.services(service.sid)
assert at.fetch().friendly_name == service.friendly_name
assert at.rate_limits.list() == []

started = at.verifications.create(to=number, channel="sms")
assert (started.status, started.to, started.valid) == ("pending", number, False)
assert isinstance(started.date_created, datetime.datetime)
assert refusal(lambda: at.verifications.create(to=number, channel="sms")) == (429, 60212)
assert at.verifications(number).fetch().sid == started.sid
assert at.verifications(started.sid).fetch().to != number

code = newest_code()
wrong = "000001" if code == "000000" else "000000"
guess = at.verification_checks.create(to=number, code=wrong)
assert (guess.status, guess.valid) == ("pending", False)
proven = at.verification_checks.create(to=number, code=code)
assert (proven.status, proven.valid, proven.sid) == ("approved", True, started.sid)
again = lambda: at.verification_checks.create(to=number, code=code)
assert refusal(again) == (404, 20404)

second = at.verifications.create(to=number, channel="call")
assert second.sid != started.sid
assert at.verifications(number).update(status="canceled").status == "canceled"
assert refusal(lambda: at.verifications(second.sid).fetch()) == (404, 20404)
assert refusal(lambda: at.rate_limits.create(unique_name="x")) == (403, 60204)
assert refusal(lambda: at.verifications.create(to="nobody", channel="sms")) == (400, 60200)
stranger = Client(account, token[:-1] + ("A" if token[-1] != "A" else "B"))
stranger.verify.base_url = url
assert refusal(lambda: stranger.verify.v2.services(service.sid).fetch()) == (401, 20003)
print("passed", flush=True)
