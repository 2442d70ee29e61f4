# Toutes les pages
page-title = { $page } – { $app }
problem-title = Problème : { $title }
skip = Aller au contenu
test-band = Système d’essai avec des clés d’essai. N’utilisez pas un vrai numéro de téléphone.
kept-by = Votre numéro est gardé par Ringfence, à l’écart de { $app }.
language = Langue
why-link = Pourquoi me le demande-t-on ?
summary = { $n ->
    [one] Un point à corriger
   *[other] { $n } points à corriger
}
summary-wait = Cela doit attendre
sending = Envoi…
copy = Copier
copied = Copié
date-time = { $day } { $month ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juil.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[12] déc.
} { $year }, { $time }
other-ways = Autres moyens
start-again = Recommencer
try-again = Réessayer
go-start = Aller au début
reference = Référence

# Le numéro
signup-title = Quel est votre numéro de téléphone ?
signup-lead = Il sert à envoyer un code et à écarter les faux comptes. Ensuite il est scellé : notre IA ne le voit jamais, et personne chez nous ne peut l’ouvrir seul.
meaning-link = Ce que cela veut dire
login-title = Se connecter avec votre numéro
login-lead = Nous envoyons un code au numéro de votre compte. Personne chez { $app } ne le lit en chemin.
to-login = J’ai un compte
to-signup = Je n’ai pas encore de compte
country = Pays
country-choose = Choisissez un pays
country-none = International
number = Numéro de téléphone
number-hint = Sous n’importe quelle forme. Mobile ou fixe.
channel = Comment le code doit-il vous parvenir ?
text-me = Par SMS
call-me = Par appel
send-code = Envoyer le code
sealed-line = Scellé dans votre navigateur avant l’envoi.
unsealed-line = Sans scripts, votre numéro passe un instant par notre serveur web avant d’atteindre le coffre. Il n’y est pas gardé.
sealing-failed = Votre navigateur n’a pas pu sceller le numéro. Appuyez encore pour l’envoyer par notre serveur web, qui ne le garde pas.
carrier-line = Votre opérateur peut voir que nous vous avons écrit. Le tarif habituel peut s’appliquer.
no-phone = Utiliser autre chose qu’un téléphone
meaning-title = Ce que devient votre numéro
meaning-vault = Il va dans un coffre séparé. { $app } et son IA reçoivent à la place un nom tiré au hasard.
meaning-use = Il sert aux codes que vous demandez, et à voir qu’une personne n’ouvre pas beaucoup de comptes.
meaning-log = Chaque usage est inscrit dans un journal avant d’avoir lieu.
meaning-limit = Où cela s’arrête : qui commande la machine du coffre, votre opérateur, et les ordres légaux.
why-title = Pourquoi me le demande-t-on ?
why-text = { $app } demande un numéro pour écarter les faux comptes. Beaucoup de comptes coûtent alors beaucoup de numéros.

# Ce qui ne va pas
error-number-empty = Saisissez votre numéro de téléphone
error-number-short = Ce numéro est trop court pour ce pays : { $country }. Vérifiez-le, ou changez de pays.
error-number-long = Ce numéro est trop long pour ce pays : { $country }. Vérifiez-le, ou changez de pays.
error-number-short-any = Ce numéro est trop court. Vérifiez-le, ainsi que le pays.
error-number-long-any = Ce numéro est trop long. Vérifiez-le, ainsi que le pays.
error-number-shape = Ce n’est pas un numéro de téléphone. Utilisez des chiffres, avec + et l’indicatif du pays si vous le connaissez.
error-number-unknown = Aucun numéro de ce genre n’est en service. Vérifiez les chiffres et le pays.
error-number-extension = Nous ne pouvons pas joindre un poste interne. Utilisez un numéro où l’on vous joint directement.
error-number-service = C’est un numéro d’urgence ou de service. Utilisez un numéro à vous.
error-country-missing = Choisissez le pays de ce numéro, ou commencez par + et l’indicatif du pays.
error-country-refused = { $app } n’envoie pas encore de codes dans ce pays. Utilisez un numéro d’un autre pays.
error-line-refused = Nous ne pouvons pas utiliser ici ce genre de numéro. Utilisez un autre numéro.
error-no-text = Ce genre de numéro ne reçoit pas nos SMS. Choisissez « Par appel ».
error-no-call = Nous ne pouvons pas appeler ce genre de numéro. Choisissez « Par SMS ».
error-no-channel = Ni SMS ni appels n’atteignent ce genre de numéro. Utilisez un autre numéro.
error-limit-at = Nous pourrons de nouveau écrire à ce numéro à { $time }.
error-limit = Nous ne pouvons pas écrire à ce numéro pour l’instant. Utilisez-en un autre, ou revenez demain.
error-sandbox = Ce système d’essai n’accepte que ses propres numéros d’essai.
error-seal = Le sceau était trop ancien pour être ouvert. Rien n’a été envoyé. Envoyez encore une fois.
error-key = Cette page est restée ouverte trop longtemps. Rien n’a été envoyé. Envoyez encore une fois.

# Le code
code-title = Saisissez le code envoyé
code-over-title = Ce code n’est plus valable
code-to-typed = { $channel ->
    [voice] Par appel au { $number }, { $country }.
   *[sms] Par SMS au { $number }, { $country }.
}
code-to = { $channel ->
    [voice] Par appel au numéro que vous venez de donner ({ $country }, { $line }).
   *[sms] Par SMS au numéro que vous venez de donner ({ $country }, { $line }).
}
code-login = Si ce numéro a un compte, un code est en route.
change-number = Changer de numéro
code-label = Code à { $n } chiffres
code-hint = Valable jusqu’à { $time }. Ne le saisissez que sur cette page, et ne le dites à personne.
continue = Continuer
no-code = Pas encore de code ?
text-again = Un autre SMS
text-again-at = Un autre SMS à { $time }
call-instead = Plutôt un appel
call-instead-at = Plutôt un appel à { $time }
sent-again = { $channel ->
    [voice] Nous vous appelons maintenant avec le code.
   *[sms] Nous avons renvoyé le code par SMS.
}
text-now = Vous pouvez demander un autre SMS maintenant.
call-now = Vous pouvez demander un appel maintenant.
error-code-empty = Saisissez le code
error-code-shape = Le code a { $n } chiffres. Vérifiez-le ; aucun essai n’a été compté.
error-code-wrong = { $n ->
    [one] Ce code ne correspond pas. Utilisez le message le plus récent. Il reste { $n } essai.
   *[other] Ce code ne correspond pas. Utilisez le message le plus récent. Il reste { $n } essais.
}
error-code-expired = Ce code a pris fin à { $time }. Demandez-en un nouveau.
error-code-locked-at = Trop d’essais. Vous pourrez recommencer à { $time }, ou prendre un autre moyen.
error-code-locked = Trop d’essais. Ce code ne sert plus. Envoyez-en un nouveau, ou prenez un autre moyen.
error-sim-changed = Le code est bon, mais la carte SIM de ce numéro a été changée récemment. Jusqu’à { $time }, un code seul ne suffit pas.
error-sim-changed-device = Le code est bon, mais la carte SIM de ce numéro a été changée récemment. Jusqu’à { $time }, un code seul ne suffit pas. Prenez un appareil que vous avez déjà utilisé.
error-no-sim-signal = Le code est bon, mais l’opérateur de ce numéro ne répond pas. Réessayez le même code dans un instant.
error-too-soon = Nous pourrons le renvoyer à { $time }. Le premier message peut encore arriver.
send-new = Envoyer un nouveau code

# Autres moyens
ways-title = Comment le code doit-il vous parvenir ?
ways-now = { $way } – maintenant
ways-at = { $way } – à { $time }
ways-text-hint = Un SMS avec le code.
ways-call-hint = Un appel qui dit le code, chiffre par chiffre.
ways-closed = Pas possible ici
ways-no-text-line = SMS : l’opérateur ne les remet pas sur ce genre de ligne.
ways-no-call-line = Appel : ce genre de ligne n’en reçoit pas.
ways-not-offered-text = SMS : { $app } ne le propose pas.
ways-not-offered-call = Appel : { $app } ne le propose pas.
ways-limit-text = SMS : plus aucun vers ce numéro pour l’instant.
ways-limit-call = Appel : plus aucun vers ce numéro pour l’instant.
ways-without-phone = Clé d’accès, e-mail, ou une personne qui se porte garante : { $app } ne les propose pas encore.
ways-none-at = Tous les moyens rapides sont fermés jusqu’à { $time }. Vous pouvez quitter cette page ; rien n’est perdu.
ways-none = Tous les moyens rapides sont fermés pour l’instant. Vous pouvez quitter cette page ; rien n’est perdu.
ways-choose = Choisissez comment le code doit vous parvenir
back = Retour

# Après le code
done-title = Votre numéro est prouvé et scellé
done-lead = { $app } vous connaît maintenant par un nom tiré au hasard, et non par votre numéro.
login-done-title = Vous êtes connecté
signed-in-title = Dans ce navigateur
signed-in-here = Vous êtes connecté ici. Cela prend fin après { $n } minutes sans utilisation.
log-out = Se déconnecter
signed-out-title = Vous êtes déconnecté
logged-out-text = Ce navigateur n’ouvre plus votre compte. Votre numéro reste scellé.
ended-text = Une connexion prend fin après { $n } minutes sans utilisation. Bloquer le compte y met fin aussi, et { $app } peut le faire.
sign-in = Se connecter
done-told = Ce que { $app } a appris
name = Votre nom ici
line = Genre de ligne
since = Prouvé
line-mobile = mobile
line-fixed = fixe
line-either = mobile ou fixe
line-voip = téléphone par internet
line-other = autre ligne
done-continue = Continuer vers { $app }
done-close = Vous pouvez fermer cette page.
done-sides = Voir les deux côtés
known-title = Ce numéro a déjà un compte ici
known-lead = Vous avez prouvé que ce numéro vous atteint. Quel est votre cas ?
known-signin = S’y connecter
known-signin-text = Le compte est à vous. Il reste comme il est.
known-reclaim = J’ai ce numéro depuis peu
known-reclaim-text = Vous recevez un nouveau compte. L’ancien perd ce numéro pour de bon.
known-recent = L’ancien compte a utilisé ce numéro trop récemment. Vous pourrez le redire à partir du { $time }.
none-title = Aucun compte n’a ce numéro
none-text = Vous avez prouvé que ce numéro vous atteint. Il n’a pas encore de compte.
none-signup = Créer un compte
banned-title = Ce numéro ne peut pas ouvrir de compte ici
banned-text = Cela rouvre le { $time }. Un autre numéro convient dès maintenant.
frozen-title = Ce compte est verrouillé
frozen-text = Rien n’est ouvert ni envoyé tant qu’il l’est. Demandez à { $app } comment le déverrouiller.

# Quand quelque chose bloque
missing-title = Il n’y a pas de page ici
missing-text = Vérifiez l’adresse, ou allez au début.
foreign-title = Ce formulaire ne vient pas de notre page
foreign-text = Rien n’a été fait. Rouvrez la page et envoyez-le de là.
method-title = Cette page ne s’utilise pas ainsi
method-text = Revenez à la page précédente, ou au début.
unread-title = Ce formulaire n’a pas pu être lu
unread-text = Rien n’a été fait. Revenez en arrière et envoyez-le encore.
busy-title = Trop d’essais depuis ici
busy-text = Cela rouvre à { $time }.
failed-title = Quelque chose a échoué chez nous
failed-text = Réessayez dans une minute. Un second essai n’envoie pas un second SMS par erreur.
away-title = Nous ne pouvons rien envoyer ni ouvrir pour l’instant
away-text = Rien n’est perdu. Réessayez dans une minute.
lost-title = Il manque l’étape d’avant
lost-text = Rien n’attend de code dans ce navigateur. Recommencez, et laissez cette page garder un cookie jusqu’à la fin.

# La démonstration
demo-title = Toute l’idée en deux minutes
demo-what = Une personne prouve son numéro de téléphone à { $app }. Ringfence le scelle dans un coffre : { $app } et son IA ne le voient jamais.
demo-lead = Tout ici tourne sur cette machine. Aucun SMS ne la quitte.
demo-person = S’inscrire comme une personne
demo-person-text = Utilisez ce numéro. Il est réservé à la fiction ; aucun téléphone ne l’a.
demo-person-go = S’inscrire
demo-phone = Lire le code sur le téléphone simulé
demo-phone-text = Le SMS arrive dans le simulateur, dans un nouvel onglet.
demo-phone-go = Ouvrir le téléphone
demo-record = Voir ce qui a été écrit
demo-record-text = Côte à côte : ce que le produit sait, et ce que le coffre garde.
demo-record-go = Comparer les deux côtés
demo-done = Fait
demo-starting = Démarrage…
demo-down = À l’arrêt. Voyez le terminal.
demo-curl = La même chose dans un terminal
demo-also = Aussi sur cette machine
demo-stop = Arrêter avec Ctrl‑C. Repartir de zéro avec { $flag }.
sides-title = Un compte, deux côtés
sides-lead = D’abord : tout ce que { $app } a sur vous. Ensuite : ce que le coffre garde. Le numéro n’est d’aucun côté.
sides-front = Ce que { $app } sait
sides-no-number = Pas ici
sides-vault = Ce que le coffre garde
sides-vault-text = Ces octets ne disent rien sans des clés qui restent dans le coffre. Dans ce système d’essai, ce sont des clés d’essai.
sides-ciphertext = Numéro scellé
sides-commitment = Engagement sur sa clé
sides-wrap = Clé, emballée pour { $class }
sides-tag = Marque d’index
sides-hash = Empreinte de la fiche, comme au journal
sides-leaf = Entrée de journal { $n }
sides-bytes = { $n ->
    [one] { $n } octet
   *[other] { $n } octets
}
sides-none-title = Rien à comparer pour l’instant
sides-none-text = Inscrivez-vous d’abord. Cette page montrera alors les deux côtés de ce compte.
