# Every page
page-title = { $page } – { $app }
problem-title = Problem: { $title }
skip = Skip to the content
test-band = Test system with test keys. Do not use a real phone number.
kept-by = Your number is kept by Ringfence, apart from { $app }.
language = Language
why-link = Why am I asked?
summary = { $n ->
    [one] One thing to fix
   *[other] { $n } things to fix
}
summary-wait = This has to wait
sending = Sending…
copy = Copy
copied = Copied
date-time = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }, { $time }
other-ways = Other ways
start-again = Start again
try-again = Try again
go-start = Go to the start
reference = Reference

# The number
signup-title = What is your phone number?
signup-lead = We use it to send one code and to keep fake accounts out. Then it is sealed: our AI never sees it, and no one on our staff can open it alone.
meaning-link = What that means
login-title = Sign in with your phone number
login-lead = We send a code to the number on your account. No one at { $app } reads the number on its way.
to-login = I have an account
to-signup = I have no account yet
country = Country
country-choose = Choose a country
country-none = International
number = Phone number
number-hint = Any format. Mobile or landline.
channel = How should the code reach you?
text-me = Text me
call-me = Call me
send-code = Send code
sealed-line = Sealed in your browser before it is sent.
unsealed-line = Without scripts your number passes through our web server for a moment on its way to the vault. It is not kept there.
sealing-failed = Your browser could not seal the number. Press again to send it through our web server, where it is not kept.
carrier-line = Your phone company can see that we texted you. Standard charges may apply.
no-phone = Use something other than a phone
meaning-title = What happens to your number
meaning-vault = It goes to a separate vault. { $app } and its AI get a random name for you instead.
meaning-use = It is used for codes you ask for, and to see that one person does not open many accounts.
meaning-log = Each use is written to a log before it happens.
meaning-limit = Where this ends: whoever controls the vault’s machine, your phone company, and lawful orders.
why-title = Why am I asked?
why-text = { $app } asks for a number to keep fake accounts out. Making many accounts then costs many phone numbers.

# What can be wrong with it
error-number-empty = Enter your phone number
error-number-short = This number is too short for { $country }. Check it, or change the country.
error-number-long = This number is too long for { $country }. Check it, or change the country.
error-number-short-any = This number is too short. Check it, and its country.
error-number-long-any = This number is too long. Check it, and its country.
error-number-shape = This is not a phone number. Use digits, with + and the country code if you know it.
error-number-unknown = No number like this is in use. Check the digits and the country.
error-number-extension = We cannot reach an extension. Use a number that reaches you directly.
error-number-service = This is an emergency or service number. Use a number of your own.
error-country-missing = Choose the country of this number, or start it with + and the country code.
error-country-refused = { $app } does not send codes to this country yet. Use a number from another country.
error-line-refused = We cannot use numbers of this kind here. Use another number.
error-no-text = We cannot text numbers of this kind. Choose “Call me”.
error-no-call = We cannot call numbers of this kind. Choose “Text me”.
error-no-channel = Neither texts nor calls reach numbers of this kind. Use another number.
error-limit-at = We can send to this number again at { $time }.
error-limit = We cannot send to this number for now. Use another number, or come back tomorrow.
error-sandbox = This test system only takes its own test numbers.
error-seal = The seal was too old to be opened. Nothing was sent. Send it again.
error-key = This page was open for too long. Nothing was sent. Send it again.

# The code
code-title = Enter the code we sent
code-over-title = This code has ended
code-to-typed = { $channel ->
    [voice] By call to { $number }, { $country }.
   *[sms] By text to { $number }, { $country }.
}
code-to = { $channel ->
    [voice] By call to the number you just gave us ({ $country }, { $line }).
   *[sms] By text to the number you just gave us ({ $country }, { $line }).
}
code-login = If this number has an account, a code is on its way.
change-number = Change number
code-label = { $n }-digit code
code-hint = Works until { $time }. Type it only on this page, and tell it to nobody.
continue = Continue
no-code = No code yet?
text-again = Text again
text-again-at = Text again at { $time }
call-instead = Call instead
call-instead-at = Call instead at { $time }
sent-again = { $channel ->
    [voice] We are calling you with the code now.
   *[sms] We sent the code again, by text.
}
text-now = You can ask for another text now.
call-now = You can ask for a call now.
error-code-empty = Enter the code
error-code-shape = The code has { $n } digits. Check it; no try was used.
error-code-wrong = { $n ->
    [one] That code does not match. Use the newest message. 1 try left.
   *[other] That code does not match. Use the newest message. { $n } tries left.
}
error-code-expired = This code ended at { $time }. Send a new one.
error-code-locked-at = Too many tries. You can start again at { $time }, or use another way.
error-code-locked = Too many tries. This code has ended. Send a new one, or use another way.
error-sim-changed = Right code, but the SIM card of this number was changed recently. Until { $time } a code alone is not enough.
error-sim-changed-device = Right code, but the SIM card of this number was changed recently. Until { $time } a code alone is not enough. Use a device that you used before.
error-no-sim-signal = Right code, but the operator of this number does not answer. Try the same code again in a moment.
error-too-soon = We can send it again at { $time }. The first message may still arrive.
send-new = Send a new code

# Other ways
ways-title = How should the code reach you?
ways-now = { $way } – now
ways-at = { $way } – at { $time }
ways-text-hint = A text message with the code.
ways-call-hint = A call that speaks the code, digit by digit.
ways-closed = Not possible here
ways-no-text-line = Text: the phone company does not deliver texts to this kind of line.
ways-no-call-line = Call: this kind of line takes no calls.
ways-not-offered-text = Text: { $app } does not offer it.
ways-not-offered-call = Call: { $app } does not offer it.
ways-limit-text = Text: no more texts to this number for now.
ways-limit-call = Call: no more calls to this number for now.
ways-without-phone = Passkey, email, or a person who vouches for you: { $app } does not offer these yet.
ways-none-at = All quick ways are closed until { $time }. You can leave this page; nothing is lost.
ways-none = All quick ways are closed for now. You can leave this page; nothing is lost.
ways-choose = Choose how the code should reach you
back = Back

# After the code
done-title = Your number is proven and sealed
done-lead = { $app } knows you by a random name now, and not by your number.
login-done-title = You are signed in
signed-in-title = In this browser
signed-in-here = You are signed in here. That ends after { $n } minutes without use.
log-out = Log out
signed-out-title = You are signed out
logged-out-text = This browser no longer opens your account. Your number stays sealed.
ended-text = A sign-in ends after { $n } minutes without use. Locking the account ends it too, and so can { $app }.
sign-in = Sign in
done-told = What { $app } was told
name = Your name here
line = Kind of line
since = Proven
line-mobile = mobile
line-fixed = landline
line-either = mobile or landline
line-voip = internet phone
line-other = other line
done-continue = Continue to { $app }
done-close = You can close this page.
done-sides = See both sides
known-title = This number already has an account here
known-lead = You proved that this number reaches you. Which of these fits?
known-signin = Sign in to it
known-signin-text = The account is yours. You keep it as it is.
known-reclaim = I got this number recently
known-reclaim-text = You get a new account. The old one loses this number for good.
known-recent = The old account used this number too recently. You can say this again from { $time }.
none-title = No account has this number
none-text = You proved that this number reaches you. There is no account under it yet.
none-signup = Sign up
banned-title = This number cannot open accounts here
banned-text = It opens again on { $time }. Another number works now.
frozen-title = This account is locked
frozen-text = Nothing opens and nothing is sent until it is unlocked. Ask { $app } how to unlock it.

# When something is in the way
missing-title = There is no page here
missing-text = Check the address, or go to the start.
foreign-title = This form did not come from our page
foreign-text = Nothing was done. Open the page again and send it from there.
method-title = This page cannot be used that way
method-text = Go back to the page before, or to the start.
unread-title = This form could not be read
unread-text = Nothing was done. Go back and send it again.
busy-title = Too many tries from here
busy-text = It opens again at { $time }.
failed-title = Something failed on our side
failed-text = Try again in a minute. A second try does not send a second text by mistake.
away-title = We cannot send or open anything right now
away-text = Nothing is lost. Try again in a minute.
lost-title = This page needs the step before it
lost-text = Nothing is waiting for a code in this browser. Start again, and let this page keep a cookie until you are done.

# The demonstration
demo-title = See the whole idea in two minutes
demo-what = A person proves a phone number to { $app }. Ringfence seals it in a vault: { $app } and its AI never see it.
demo-lead = Everything here runs on this machine. No text leaves it.
demo-person = Sign up as a person
demo-person-text = Use this number. It is reserved for fiction, and no phone has it.
demo-person-go = Sign up
demo-phone = Read the code on the pretend phone
demo-phone-text = The text arrives in the simulator. It opens in a new tab.
demo-phone-go = Open the phone
demo-record = See what was written down
demo-record-text = Side by side: what the product knows, and what the vault stores.
demo-record-go = Compare both sides
demo-done = Done
demo-starting = Starting…
demo-down = Not running. See the terminal.
demo-curl = The same from a terminal
demo-also = Also on this machine
demo-stop = Stop with Ctrl‑C. Start over with { $flag }.
sides-title = One account, two sides
sides-lead = First: everything { $app } holds about you. Then: what the vault stores. The number stands on neither side.
sides-front = What { $app } knows
sides-no-number = Not here
sides-vault = What the vault stores
sides-vault-text = These bytes say nothing without keys that stay in the vault. In this test system the keys are test keys.
sides-ciphertext = Sealed number
sides-commitment = Commitment to its key
sides-wrap = Key, wrapped for { $class }
sides-tag = Index tag
sides-hash = Record hash, as in the log
sides-leaf = Log entry { $n }
sides-bytes = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
sides-none-title = Nothing to compare yet
sides-none-text = Sign up first. Then this page shows both sides of that account.
