# Jede Seite
page-title = { $page } – { $app }
problem-title = Problem: { $title }
skip = Zum Inhalt springen
test-band = Testsystem mit Testschlüsseln. Keine echte Telefonnummer verwenden.
kept-by = Ihre Nummer liegt bei Ringfence, getrennt von { $app }.
language = Sprache
why-link = Warum werde ich gefragt?
summary = { $n ->
    [one] Eine Angabe ist zu ändern
   *[other] { $n } Angaben sind zu ändern
}
summary-wait = Das muss noch warten
sending = Wird gesendet …
copy = Kopieren
copied = Kopiert
date-time = { $day }. { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
} { $year }, { $time }
other-ways = Andere Wege
start-again = Neu beginnen
try-again = Noch einmal versuchen
go-start = Zur Startseite
reference = Kennung

# Die Nummer
signup-title = Wie lautet Ihre Telefonnummer?
signup-lead = Wir senden damit einen Code und halten falsche Konten fern. Danach wird sie versiegelt: Unsere KI sieht sie nie, und niemand bei uns kann sie allein öffnen.
meaning-link = Was das bedeutet
login-title = Mit Ihrer Telefonnummer anmelden
login-lead = Wir senden einen Code an die Nummer Ihres Kontos. Bei { $app } liest sie unterwegs niemand.
to-login = Ich habe ein Konto
to-signup = Ich habe noch kein Konto
country = Land
country-choose = Land wählen
country-none = International
number = Telefonnummer
number-hint = Jede Schreibweise. Mobil oder Festnetz.
channel = Wie soll der Code Sie erreichen?
text-me = Per SMS
call-me = Per Anruf
send-code = Code senden
sealed-line = Wird in Ihrem Browser versiegelt, bevor sie gesendet wird.
unsealed-line = Ohne Skripte läuft Ihre Nummer auf dem Weg zum Tresor kurz durch unseren Webserver. Dort wird sie nicht aufbewahrt.
sealing-failed = Ihr Browser konnte die Nummer nicht versiegeln. Drücken Sie noch einmal, dann geht sie durch unseren Webserver, ohne dort zu bleiben.
carrier-line = Ihr Mobilfunkanbieter sieht, dass wir Ihnen geschrieben haben. Die üblichen Gebühren können anfallen.
no-phone = Etwas anderes als ein Telefon verwenden
meaning-title = Was mit Ihrer Nummer geschieht
meaning-vault = Sie kommt in einen getrennten Tresor. { $app } und seine KI erhalten stattdessen einen zufälligen Namen für Sie.
meaning-use = Sie dient für Codes, die Sie anfordern, und damit niemand viele Konten eröffnet.
meaning-log = Jede Verwendung steht in einem Protokoll, bevor sie geschieht.
meaning-limit = Wo das endet: bei dem, der den Rechner des Tresors beherrscht, bei Ihrer Telefongesellschaft und bei rechtmäßigen Anordnungen.
why-title = Warum werde ich gefragt?
why-text = { $app } fragt nach einer Nummer, um falsche Konten fernzuhalten. Wer viele Konten will, braucht dann viele Nummern.

# Was daran nicht stimmt
error-number-empty = Geben Sie Ihre Telefonnummer ein
error-number-short = Diese Nummer ist zu kurz für { $country }. Prüfen Sie sie, oder ändern Sie das Land.
error-number-long = Diese Nummer ist zu lang für { $country }. Prüfen Sie sie, oder ändern Sie das Land.
error-number-short-any = Diese Nummer ist zu kurz. Prüfen Sie sie und das Land.
error-number-long-any = Diese Nummer ist zu lang. Prüfen Sie sie und das Land.
error-number-shape = Das ist keine Telefonnummer. Verwenden Sie Ziffern, mit + und Ländervorwahl, wenn Sie sie kennen.
error-number-unknown = Eine solche Nummer ist nicht vergeben. Prüfen Sie die Ziffern und das Land.
error-number-extension = Eine Nebenstelle erreichen wir nicht. Nehmen Sie eine Nummer, unter der Sie direkt erreichbar sind.
error-number-service = Das ist eine Notruf- oder Servicenummer. Nehmen Sie eine eigene Nummer.
error-country-missing = Wählen Sie das Land dieser Nummer, oder beginnen Sie mit + und der Ländervorwahl.
error-country-refused = { $app } sendet noch keine Codes in dieses Land. Verwenden Sie eine Nummer aus einem anderen Land.
error-line-refused = Nummern dieser Art können wir hier nicht verwenden. Nehmen Sie eine andere Nummer.
error-no-text = An Nummern dieser Art können wir keine SMS senden. Wählen Sie „Per Anruf“.
error-no-call = Nummern dieser Art können wir nicht anrufen. Wählen Sie „Per SMS“.
error-no-channel = Nummern dieser Art erreichen weder SMS noch Anrufe. Nehmen Sie eine andere Nummer.
error-limit-at = An diese Nummer können wir um { $time } wieder senden.
error-limit = An diese Nummer können wir vorerst nicht senden. Nehmen Sie eine andere, oder kommen Sie morgen wieder.
error-sandbox = Dieses Testsystem nimmt nur seine eigenen Testnummern.
error-seal = Das Siegel war zu alt, um es zu öffnen. Es wurde nichts gesendet. Senden Sie noch einmal.
error-key = Diese Seite war zu lange offen. Es wurde nichts gesendet. Senden Sie noch einmal.

# Der Code
code-title = Geben Sie den gesendeten Code ein
code-over-title = Dieser Code gilt nicht mehr
code-to-typed = { $channel ->
    [voice] Per Anruf an { $number }, { $country }.
   *[sms] Per SMS an { $number }, { $country }.
}
code-to = { $channel ->
    [voice] Per Anruf an die eben angegebene Nummer ({ $country }, { $line }).
   *[sms] Per SMS an die eben angegebene Nummer ({ $country }, { $line }).
}
code-login = Wenn diese Nummer ein Konto hat, ist ein Code unterwegs.
change-number = Nummer ändern
code-label = Code mit { $n } Ziffern
code-hint = Gilt bis { $time }. Geben Sie ihn nur auf dieser Seite ein, und sagen Sie ihn niemandem.
continue = Weiter
no-code = Noch kein Code da?
text-again = Noch eine SMS
text-again-at = Noch eine SMS um { $time }
call-instead = Anruf statt SMS
call-instead-at = Anruf statt SMS um { $time }
sent-again = { $channel ->
    [voice] Wir rufen Sie jetzt mit dem Code an.
   *[sms] Wir haben den Code noch einmal per SMS gesendet.
}
text-now = Sie können jetzt noch eine SMS anfordern.
call-now = Sie können jetzt einen Anruf anfordern.
error-code-empty = Geben Sie den Code ein
error-code-shape = Der Code hat { $n } Ziffern. Prüfen Sie ihn; kein Versuch wurde gezählt.
error-code-wrong = { $n ->
    [one] Dieser Code passt nicht. Nehmen Sie die neueste Nachricht. Noch 1 Versuch.
   *[other] Dieser Code passt nicht. Nehmen Sie die neueste Nachricht. Noch { $n } Versuche.
}
error-code-expired = Dieser Code endete um { $time }. Fordern Sie einen neuen an.
error-code-locked-at = Zu viele Versuche. Sie können um { $time } neu beginnen oder einen anderen Weg nehmen.
error-code-locked = Zu viele Versuche. Dieser Code gilt nicht mehr. Senden Sie einen neuen, oder nehmen Sie einen anderen Weg.
error-sim-changed = Der Code stimmt, aber die SIM-Karte dieser Nummer wurde vor Kurzem gewechselt. Bis { $time } reicht ein Code allein nicht.
error-sim-changed-device = Der Code stimmt, aber die SIM-Karte dieser Nummer wurde vor Kurzem gewechselt. Bis { $time } reicht ein Code allein nicht. Nehmen Sie ein Gerät, das Sie schon benutzt haben.
error-no-sim-signal = Der Code stimmt, aber der Netzbetreiber dieser Nummer antwortet nicht. Versuchen Sie gleich noch einmal denselben Code.
error-too-soon = Wir können ihn um { $time } noch einmal senden. Die erste Nachricht kann noch ankommen.
send-new = Neuen Code senden

# Andere Wege
ways-title = Wie soll der Code Sie erreichen?
ways-now = { $way } – jetzt
ways-at = { $way } – um { $time }
ways-text-hint = Eine SMS mit dem Code.
ways-call-hint = Ein Anruf, der den Code Ziffer für Ziffer spricht.
ways-closed = Hier nicht möglich
ways-no-text-line = SMS: Die Telefongesellschaft stellt sie auf solchen Anschlüssen nicht zu.
ways-no-call-line = Anruf: Solche Anschlüsse nehmen keine Anrufe an.
ways-not-offered-text = SMS: { $app } bietet das nicht an.
ways-not-offered-call = Anruf: { $app } bietet das nicht an.
ways-limit-text = SMS: vorerst keine weiteren an diese Nummer.
ways-limit-call = Anruf: vorerst keine weiteren an diese Nummer.
ways-without-phone = Passkey, E-Mail oder eine Person, die für Sie bürgt: { $app } bietet das noch nicht an.
ways-none-at = Alle schnellen Wege sind bis { $time } geschlossen. Sie können diese Seite verlassen; nichts geht verloren.
ways-none = Alle schnellen Wege sind vorerst geschlossen. Sie können diese Seite verlassen; nichts geht verloren.
ways-choose = Wählen Sie, wie der Code Sie erreichen soll
back = Zurück

# Nach dem Code
done-title = Ihre Nummer ist bestätigt und versiegelt
done-lead = { $app } kennt Sie jetzt unter einem zufälligen Namen, nicht unter Ihrer Nummer.
login-done-title = Sie sind angemeldet
signed-in-title = In diesem Browser
signed-in-here = Sie sind hier angemeldet. Das endet nach { $n } Minuten ohne Nutzung.
log-out = Abmelden
signed-out-title = Sie sind abgemeldet
logged-out-text = Dieser Browser öffnet Ihr Konto nicht mehr. Ihre Nummer bleibt versiegelt.
ended-text = Eine Anmeldung endet nach { $n } Minuten ohne Nutzung. Auch eine Sperre des Kontos beendet sie, und { $app } kann es.
sign-in = Anmelden
done-told = Was { $app } erfahren hat
name = Ihr Name hier
line = Art des Anschlusses
since = Bestätigt
line-mobile = mobil
line-fixed = Festnetz
line-either = mobil oder Festnetz
line-voip = Internettelefon
line-other = anderer Anschluss
done-continue = Weiter zu { $app }
done-close = Sie können diese Seite schließen.
done-sides = Beide Seiten ansehen
known-title = Diese Nummer hat hier schon ein Konto
known-lead = Sie haben bestätigt, dass diese Nummer Sie erreicht. Was trifft zu?
known-signin = Damit anmelden
known-signin-text = Das Konto gehört Ihnen. Es bleibt, wie es ist.
known-reclaim = Ich habe diese Nummer erst seit Kurzem
known-reclaim-text = Sie erhalten ein neues Konto. Das alte verliert diese Nummer endgültig.
known-recent = Das alte Konto hat diese Nummer vor zu kurzer Zeit verwendet. Ab { $time } können Sie das wieder angeben.
none-title = Kein Konto hat diese Nummer
none-text = Sie haben bestätigt, dass diese Nummer Sie erreicht. Es gibt dazu noch kein Konto.
none-signup = Konto anlegen
banned-title = Mit dieser Nummer lassen sich hier keine Konten eröffnen
banned-text = Ab { $time } geht es wieder. Eine andere Nummer geht sofort.
frozen-title = Dieses Konto ist gesperrt
frozen-text = Nichts wird geöffnet oder gesendet, bis es entsperrt ist. Fragen Sie { $app }, wie das geht.

# Wenn etwas im Weg ist
missing-title = Hier ist keine Seite
missing-text = Prüfen Sie die Adresse, oder gehen Sie zur Startseite.
foreign-title = Dieses Formular kam nicht von unserer Seite
foreign-text = Es ist nichts geschehen. Öffnen Sie die Seite neu, und senden Sie von dort.
method-title = So lässt sich diese Seite nicht verwenden
method-text = Gehen Sie zur vorigen Seite oder zur Startseite.
unread-title = Dieses Formular war nicht lesbar
unread-text = Es ist nichts geschehen. Gehen Sie zurück, und senden Sie es noch einmal.
busy-title = Zu viele Versuche von hier
busy-text = Um { $time } geht es wieder.
failed-title = Bei uns ist etwas fehlgeschlagen
failed-text = Versuchen Sie es in einer Minute noch einmal. Ein zweiter Versuch sendet nicht versehentlich eine zweite SMS.
away-title = Wir können gerade nichts senden oder öffnen
away-text = Nichts ist verloren. Versuchen Sie es in einer Minute noch einmal.
lost-title = Dieser Seite fehlt der Schritt davor
lost-text = In diesem Browser wartet nichts auf einen Code. Beginnen Sie neu, und lassen Sie diese Seite bis zum Ende ein Cookie behalten.

# Die Vorführung
demo-title = Die ganze Idee in zwei Minuten
demo-what = Eine Person weist { $app } eine Telefonnummer nach. Ringfence versiegelt sie in einem Tresor: { $app } und die KI sehen sie nie.
demo-lead = Alles hier läuft auf diesem Rechner. Keine SMS verlässt ihn.
demo-person = Als Person ein Konto anlegen
demo-person-text = Nehmen Sie diese Nummer. Sie ist für Erfundenes vorbehalten; kein Telefon hat sie.
demo-person-go = Konto anlegen
demo-phone = Den Code am gedachten Telefon lesen
demo-phone-text = Die SMS kommt im Simulator an. Er öffnet sich in einem neuen Tab.
demo-phone-go = Telefon öffnen
demo-record = Ansehen, was aufgeschrieben wurde
demo-record-text = Nebeneinander: was das Produkt weiß und was der Tresor speichert.
demo-record-go = Beide Seiten vergleichen
demo-done = Erledigt
demo-starting = Startet …
demo-down = Läuft nicht. Siehe Terminal.
demo-curl = Dasselbe im Terminal
demo-also = Auch auf diesem Rechner
demo-stop = Beenden mit Strg‑C. Neu anfangen mit { $flag }.
sides-title = Ein Konto, zwei Seiten
sides-lead = Zuerst: alles, was { $app } über Sie hat. Dann: was der Tresor speichert. Die Nummer steht auf keiner der Seiten.
sides-front = Was { $app } weiß
sides-no-number = Nicht hier
sides-vault = Was der Tresor speichert
sides-vault-text = Diese Bytes sagen nichts ohne Schlüssel, die im Tresor bleiben. In diesem Testsystem sind es Testschlüssel.
sides-ciphertext = Versiegelte Nummer
sides-commitment = Festlegung auf ihren Schlüssel
sides-wrap = Schlüssel, verpackt für { $class }
sides-tag = Indexmarke
sides-hash = Hash des Eintrags, wie im Protokoll
sides-leaf = Protokolleintrag { $n }
sides-bytes = { $n ->
    [one] 1 Byte
   *[other] { $n } Bytes
}
sides-none-title = Noch nichts zu vergleichen
sides-none-text = Legen Sie zuerst ein Konto an. Dann zeigt diese Seite beide Seiten davon.
