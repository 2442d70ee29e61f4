# Todas las páginas
page-title = { $page } – { $app }
problem-title = Problema: { $title }
skip = Ir al contenido
test-band = Sistema de prueba con claves de prueba. No use un número de teléfono real.
kept-by = Ringfence guarda su número, aparte de { $app }.
language = Idioma
why-link = ¿Por qué me lo preguntan?
summary = { $n ->
    [one] Una cosa por corregir
   *[other] { $n } cosas por corregir
}
summary-wait = Esto tiene que esperar
sending = Enviando…
copy = Copiar
copied = Copiado
date-time = { $day } { $month ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sept
    [10] oct
    [11] nov
   *[12] dic
} { $year }, { $time }
other-ways = Otras formas
start-again = Empezar de nuevo
try-again = Intentar de nuevo
go-start = Ir al inicio
reference = Referencia

# El número
signup-title = ¿Cuál es su número de teléfono?
signup-lead = Lo usamos para enviar un código y evitar cuentas falsas. Después queda sellado: nuestra IA nunca lo ve, y nadie de nuestro equipo puede abrirlo solo.
meaning-link = Qué significa eso
login-title = Entrar con su número de teléfono
login-lead = Enviamos un código al número de su cuenta. Nadie en { $app } lo lee por el camino.
to-login = Ya tengo una cuenta
to-signup = Aún no tengo cuenta
country = País
country-choose = Elija un país
country-none = Internacional
number = Número de teléfono
number-hint = En cualquier formato. Móvil o fijo.
channel = ¿Cómo debe llegarle el código?
text-me = Por SMS
call-me = Por llamada
send-code = Enviar código
sealed-line = Se sella en su navegador antes de enviarse.
unsealed-line = Sin scripts, su número pasa un momento por nuestro servidor web de camino a la bóveda. No se guarda allí.
sealing-failed = Su navegador no pudo sellar el número. Pulse otra vez para enviarlo por nuestro servidor web, que no lo guarda.
carrier-line = Su compañía telefónica puede ver que le hemos escrito. Puede aplicarse la tarifa habitual.
no-phone = Usar algo distinto de un teléfono
meaning-title = Qué pasa con su número
meaning-vault = Va a una bóveda aparte. { $app } y su IA reciben en su lugar un nombre al azar.
meaning-use = Sirve para los códigos que usted pide, y para ver que una persona no abre muchas cuentas.
meaning-log = Cada uso se anota en un registro antes de que ocurra.
meaning-limit = Dónde termina esto: quien controla la máquina de la bóveda, su compañía telefónica y las órdenes legales.
why-title = ¿Por qué me lo preguntan?
why-text = { $app } pide un número para evitar cuentas falsas. Abrir muchas cuentas cuesta entonces muchos números.

# Lo que falla
error-number-empty = Escriba su número de teléfono
error-number-short = Este número es demasiado corto para { $country }. Revíselo o cambie el país.
error-number-long = Este número es demasiado largo para { $country }. Revíselo o cambie el país.
error-number-short-any = Este número es demasiado corto. Revíselo, y también el país.
error-number-long-any = Este número es demasiado largo. Revíselo, y también el país.
error-number-shape = Esto no es un número de teléfono. Use cifras, con + y el prefijo del país si lo conoce.
error-number-unknown = No hay ningún número así en uso. Revise las cifras y el país.
error-number-extension = No podemos llegar a una extensión. Use un número en el que se le localice directamente.
error-number-service = Este es un número de emergencias o de servicio. Use un número suyo.
error-country-missing = Elija el país de este número, o empiece con + y el prefijo del país.
error-country-refused = { $app } aún no envía códigos a este país. Use un número de otro país.
error-line-refused = Aquí no podemos usar números de este tipo. Use otro número.
error-no-text = No podemos enviar SMS a números de este tipo. Elija «Por llamada».
error-no-call = No podemos llamar a números de este tipo. Elija «Por SMS».
error-no-channel = Ni los SMS ni las llamadas llegan a números de este tipo. Use otro número.
error-limit-at = Podremos volver a enviar a este número a las { $time }.
error-limit = Por ahora no podemos enviar a este número. Use otro, o vuelva mañana.
error-sandbox = Este sistema de prueba solo acepta sus propios números de prueba.
error-seal = El sello era demasiado antiguo para abrirlo. No se envió nada. Envíelo otra vez.
error-key = Esta página estuvo abierta demasiado tiempo. No se envió nada. Envíelo otra vez.

# El código
code-title = Escriba el código que enviamos
code-over-title = Este código ya no vale
code-to-typed = { $channel ->
    [voice] Por llamada al { $number }, { $country }.
   *[sms] Por SMS al { $number }, { $country }.
}
code-to = { $channel ->
    [voice] Por llamada al número que acaba de dar ({ $country }, { $line }).
   *[sms] Por SMS al número que acaba de dar ({ $country }, { $line }).
}
code-login = Si este número tiene una cuenta, hay un código en camino.
change-number = Cambiar número
code-label = Código de { $n } cifras
code-hint = Vale hasta las { $time }. Escríbalo solo en esta página y no se lo diga a nadie.
continue = Continuar
no-code = ¿Aún no llegó el código?
text-again = Otro SMS
text-again-at = Otro SMS a las { $time }
call-instead = Mejor una llamada
call-instead-at = Mejor una llamada a las { $time }
sent-again = { $channel ->
    [voice] Le estamos llamando ahora con el código.
   *[sms] Hemos enviado el código otra vez, por SMS.
}
text-now = Ya puede pedir otro SMS.
call-now = Ya puede pedir una llamada.
error-code-empty = Escriba el código
error-code-shape = El código tiene { $n } cifras. Revíselo; no se contó ningún intento.
error-code-wrong = { $n ->
    [one] Este código no coincide. Use el mensaje más reciente. Queda 1 intento.
   *[other] Este código no coincide. Use el mensaje más reciente. Quedan { $n } intentos.
}
error-code-expired = Este código terminó a las { $time }. Pida uno nuevo.
error-code-locked-at = Demasiados intentos. Puede empezar de nuevo a las { $time }, o usar otra forma.
error-code-locked = Demasiados intentos. Este código ya no sirve. Envíe uno nuevo, o use otra forma.
error-sim-changed = El código es correcto, pero la tarjeta SIM de este número se cambió hace poco. Hasta las { $time } un código solo no basta.
error-sim-changed-device = El código es correcto, pero la tarjeta SIM de este número se cambió hace poco. Hasta las { $time } un código solo no basta. Use un dispositivo que ya haya usado.
error-no-sim-signal = El código es correcto, pero el operador de este número no responde. Pruebe el mismo código otra vez en un momento.
error-too-soon = Podremos enviarlo otra vez a las { $time }. El primer mensaje aún puede llegar.
send-new = Enviar un código nuevo

# Otras formas
ways-title = ¿Cómo debe llegarle el código?
ways-now = { $way } – ahora
ways-at = { $way } – a las { $time }
ways-text-hint = Un SMS con el código.
ways-call-hint = Una llamada que dice el código, cifra por cifra.
ways-closed = Aquí no es posible
ways-no-text-line = SMS: la compañía no los entrega en este tipo de línea.
ways-no-call-line = Llamada: este tipo de línea no las recibe.
ways-not-offered-text = SMS: { $app } no lo ofrece.
ways-not-offered-call = Llamada: { $app } no lo ofrece.
ways-limit-text = SMS: por ahora no hay más para este número.
ways-limit-call = Llamada: por ahora no hay más para este número.
ways-without-phone = Llave de acceso, correo, o una persona que responda por usted: { $app } aún no lo ofrece.
ways-none-at = Todas las formas rápidas están cerradas hasta las { $time }. Puede dejar esta página; nada se pierde.
ways-none = Todas las formas rápidas están cerradas por ahora. Puede dejar esta página; nada se pierde.
ways-choose = Elija cómo debe llegarle el código
back = Volver

# Después del código
done-title = Su número está probado y sellado
done-lead = { $app } le conoce ahora por un nombre al azar, y no por su número.
login-done-title = Ha entrado en su cuenta
signed-in-title = En este navegador
signed-in-here = Ha entrado aquí. Eso termina tras { $n } minutos sin uso.
log-out = Salir
signed-out-title = Ha salido de su cuenta
logged-out-text = Este navegador ya no abre su cuenta. Su número sigue sellado.
ended-text = Una sesión termina tras { $n } minutos sin uso. Bloquear la cuenta también la termina, y { $app } puede hacerlo.
sign-in = Entrar
done-told = Lo que se dijo a { $app }
name = Su nombre aquí
line = Tipo de línea
since = Probado
line-mobile = móvil
line-fixed = fijo
line-either = móvil o fijo
line-voip = teléfono por internet
line-other = otra línea
done-continue = Continuar a { $app }
done-close = Puede cerrar esta página.
done-sides = Ver los dos lados
known-title = Este número ya tiene una cuenta aquí
known-lead = Ha probado que este número le llega a usted. ¿Cuál es su caso?
known-signin = Entrar en ella
known-signin-text = La cuenta es suya. Queda como está.
known-reclaim = Tengo este número desde hace poco
known-reclaim-text = Recibe una cuenta nueva. La antigua pierde este número para siempre.
known-recent = La cuenta antigua usó este número hace muy poco. Podrá decirlo otra vez desde el { $time }.
none-title = Ninguna cuenta tiene este número
none-text = Ha probado que este número le llega a usted. Todavía no tiene cuenta.
none-signup = Crear una cuenta
banned-title = Este número no puede abrir cuentas aquí
banned-text = Se abre de nuevo el { $time }. Otro número sirve desde ahora.
frozen-title = Esta cuenta está bloqueada
frozen-text = No se abre ni se envía nada hasta desbloquearla. Pregunte a { $app } cómo hacerlo.

# Cuando algo se interpone
missing-title = Aquí no hay ninguna página
missing-text = Revise la dirección, o vaya al inicio.
foreign-title = Este formulario no vino de nuestra página
foreign-text = No se hizo nada. Abra la página otra vez y envíelo desde allí.
method-title = Esta página no se usa así
method-text = Vuelva a la página anterior, o al inicio.
unread-title = Este formulario no se pudo leer
unread-text = No se hizo nada. Vuelva atrás y envíelo otra vez.
busy-title = Demasiados intentos desde aquí
busy-text = Se abre de nuevo a las { $time }.
failed-title = Algo falló por nuestra parte
failed-text = Inténtelo en un minuto. Un segundo intento no envía otro SMS por error.
away-title = Ahora no podemos enviar ni abrir nada
away-text = No se pierde nada. Inténtelo en un minuto.
lost-title = A esta página le falta el paso anterior
lost-text = Nada espera un código en este navegador. Empiece de nuevo y deje que esta página guarde una cookie hasta terminar.

# La demostración
demo-title = Toda la idea en dos minutos
demo-what = Una persona demuestra su número de teléfono a { $app }. Ringfence lo sella en una bóveda: { $app } y su IA nunca lo ven.
demo-lead = Todo esto se ejecuta en esta máquina. Ningún SMS sale de ella.
demo-person = Regístrese como una persona
demo-person-text = Use este número. Está reservado para la ficción; ningún teléfono lo tiene.
demo-person-go = Registrarse
demo-phone = Lea el código en el teléfono simulado
demo-phone-text = El SMS llega al simulador, en otra pestaña.
demo-phone-go = Abrir el teléfono
demo-record = Vea qué quedó escrito
demo-record-text = Lado a lado: lo que sabe el producto y lo que guarda la bóveda.
demo-record-go = Comparar los dos lados
demo-done = Hecho
demo-starting = Iniciando…
demo-down = No está en marcha. Vea el terminal.
demo-curl = Lo mismo desde un terminal
demo-also = También en esta máquina
demo-stop = Pare con Ctrl‑C. Empiece de cero con { $flag }.
sides-title = Una cuenta, dos lados
sides-lead = Primero: todo lo que { $app } tiene sobre usted. Después: lo que guarda la bóveda. El número no está en ningún lado.
sides-front = Lo que sabe { $app }
sides-no-number = No está aquí
sides-vault = Lo que guarda la bóveda
sides-vault-text = Estos bytes no dicen nada sin claves que se quedan en la bóveda. En este sistema de prueba son claves de prueba.
sides-ciphertext = Número sellado
sides-commitment = Compromiso con su clave
sides-wrap = Clave, envuelta para { $class }
sides-tag = Marca de índice
sides-hash = Huella de la ficha, como en el registro
sides-leaf = Entrada del registro { $n }
sides-bytes = { $n ->
    [one] 1 byte
   *[other] { $n } bytes
}
sides-none-title = Aún no hay nada que comparar
sides-none-text = Regístrese primero. Entonces esta página mostrará los dos lados de esa cuenta.
