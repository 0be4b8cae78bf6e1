### Las páginas para financiadores en español: un mensaje por frase. Véase docs/guides/words.md antes de cambiar uno.
### Los números llegan redondeados y con los signos del idioma; el que decide un plural llega como es.

## Palabras de las que se hacen las frases

the-law = { $law ->
    [law] la ley
    [programme] el programa
    [policy] la política
   *[intervention] la medida
}
of-the-law = { $law ->
    [law] de la ley
    [programme] del programa
    [policy] de la política
   *[intervention] de la medida
}
places = { $places ->
    [countries] países
    [states] estados
    [cities] ciudades
    [regions] regiones
    [platforms] plataformas
   *[units] lugares
}
the-places = { $places ->
    [countries] los países
    [states] los estados
    [cities] las ciudades
    [regions] las regiones
    [platforms] las plataformas
   *[units] los lugares
}
those-places = { $places ->
    [countries] esos países
    [states] esos estados
    [cities] esas ciudades
    [regions] esas regiones
    [platforms] esas plataformas
   *[units] esos lugares
}
other-places = { $places ->
    [countries] otros países
    [states] otros estados
    [cities] otras ciudades
    [regions] otras regiones
    [platforms] otras plataformas
   *[units] otros lugares
}
place = { $places ->
    [countries] país
    [states] estado
    [cities] ciudad
    [regions] región
    [platforms] plataforma
   *[units] lugar
}
one-place = { $places ->
    [countries] un solo país
    [states] un solo estado
    [cities] una sola ciudad
    [regions] una sola región
    [platforms] una sola plataforma
   *[units] un solo lugar
}
another-place = { $places ->
    [countries] otro país
    [states] otro estado
    [cities] otra ciudad
    [regions] otra región
    [platforms] otra plataforma
   *[units] otro lugar
}
row = { $first } y { $last }
row-before-i = { $first } e { $last }
subject = { $outcomes ->
    [1] el número de { $counted }
   *[other] los { $outcomes ->
        [2] dos
        [3] tres
        [4] cuatro
        [5] cinco
       *[other] { $outcomes }
    } resultados en conjunto
}
change = { $way ->
    [lower] un { $size } % por debajo
    [higher] un { $size } % por encima
   *[none] sin cambio
}
chances = { $side ->
    [above] más de { $chances } posibilidades de { $of }
    [below] menos de { $chances } { $chances ->
        [one] posibilidad
       *[other] posibilidades
    } de { $of }
   *[about] alrededor de { $chances } { $chances ->
        [one] posibilidad
       *[other] posibilidades
    } de { $of }
}
likelihood-virtually-certain = prácticamente seguro
likelihood-very-likely = muy probable
likelihood-likely = probable
likelihood-about-as-likely-as-not = tan probable como improbable
likelihood-unlikely = improbable
likelihood-very-unlikely = muy improbable
likelihood-exceptionally-unlikely = excepcionalmente improbable
strength-strong = fuerte
strength-moderate = moderada
strength-weak = débil
strength-withheld = retenida

week = la semana { $week } de { $year }

## La página

kicker = Para financiadores
two-pages = Dos páginas para financiadores
skip = Ir a la respuesta
other-pages = Otras versiones
technical-page = El informe completo, para evaluadores (en inglés)
simulated = Datos simulados: ningún lugar real y ninguna persona real. La página muestra cómo se lee un resultado.
untranslated = Las palabras entre comillas y en inglés aún no se han traducido.
simulated-mark = SIMULADO
footer-people = Solo se usan totales: ningún registro de personas.
footer-again = Repetir el cálculo: { $command }.
footer-made = Hecho el { $day }.

## La respuesta

title-answer = La respuesta
answer-sure = { $way ->
    [none] Donde regía { the-law }, { subject } { $outcomes ->
        [1] quedó igual
       *[other] quedaron igual
    } que sin { the-law }.
   *[other] Donde regía { the-law }, { subject } { $outcomes ->
        [1] quedó
       *[other] quedaron
    } { $change } de su nivel sin { the-law }.
}
answer-probable = { $way ->
    [none] Donde regía { the-law }, { subject } { $outcomes ->
        [1] quedó
       *[other] quedaron
    } probablemente igual que sin { the-law }.
   *[other] Donde regía { the-law }, { subject } { $outcomes ->
        [1] quedó
       *[other] quedaron
    } probablemente { $change } de su nivel sin { the-law }.
}
answer-open = Los datos no permiten saber si { the-law } hizo bajar o subir { subject }. { $way ->
    [none] La mejor estimación es que no hubo cambio.
   *[other] La mejor estimación es { $change } del nivel sin { the-law }.
}
answer-equivalent = { the-law-first } apenas cambió { subject }. { $way ->
    [none] La mejor estimación es que no hubo cambio.
   *[other] La mejor estimación es { $change } del nivel sin { the-law }.
}
the-law-first = { $law ->
    [law] La ley
    [programme] El programa
    [policy] La política
   *[intervention] La medida
}
answer-withheld = Todavía no se puede dar una respuesta: el cálculo no se estabilizó. Sus números no son resultados, y no se muestra ninguno.
answer-missing = Este estudio no afirma nada sobre la pregunta en su conjunto.
interval-open = Es { $likelihood } que el cambio verdadero esté ahí. { outside }
number-open = entre { $low } y { $high }
interval = Es { $likelihood } que el cambio verdadero esté entre { $low } y { $high }. { outside }
outside = Hay { $one_in ->
    [0] { $in_hundred } posibilidades de 100 de que quede fuera.
    [2] una posibilidad de dos de que quede fuera.
    [5] una posibilidad de cinco de que quede fuera.
    [10] una posibilidad de diez de que quede fuera.
    [20] una posibilidad de veinte de que quede fuera.
   *[other] una posibilidad de { $one_in } de que quede fuera.
}
matters = { $asked ->
    [fall] Lo que importaría es una bajada de al menos el { $limit } %. Que la haya habido es { $likelihood }: { $chances }.
   *[rise] Lo que importaría es una subida de al menos el { $limit } %. Que la haya habido es { $likelihood }: { $chances }.
}
matters-other-way = { $asked ->
    [fall] Que haya subido un { $limit } % o más es { $likelihood }: { $chances }.
   *[rise] Que haya bajado un { $limit } % o más es { $likelihood }: { $chances }.
}
matters-small = Que el cambio fuera menor del { $limit } %, hacia arriba o hacia abajo, es { $likelihood }: { $chances }.
direction = { $asked ->
    [fall] Que haya habido alguna bajada es { $likelihood }: { $chances }.
   *[rise] Que haya habido alguna subida es { $likelihood }: { $chances }.
}
in-counts = { $way ->
    [lower] En el conjunto de { the-places } y { years } con { the-law }, eso equivale a unos { $size } menos (entre { $low } y { $high }).
    [higher] En el conjunto de { the-places } y { years } con { the-law }, eso equivale a unos { $size } más (entre { $low } y { $high }).
   *[none] En el conjunto de { the-places } y { years } con { the-law }, eso equivale a casi ninguno (entre { $low } y { $high }).
}
count-change = { $way ->
    [lower] { $size } menos
    [higher] { $size } más
   *[none] ninguno
}
years = { $every ->
    [month] meses
    [week] semanas
    [day] días
   *[year] años
}
periods = { $every ->
    [month] { $number ->
        [one] mes
       *[other] meses
    }
    [week] { $number ->
        [one] semana
       *[other] semanas
    }
    [day] { $number ->
        [one] día
       *[other] días
    }
   *[year] { $number ->
        [one] año
       *[other] años
    }
}
worth = { $worth ->
    [better] Aquí menos es mejor: es un cambio para bien.
    [worse] Aquí menos es mejor: es un cambio para mal.
    [more-better] Aquí más es mejor: es un cambio para bien.
   *[more-worse] Aquí más es mejor: es un cambio para mal.
}
net = Una parte quizá solo se trasladó. Contando lo que reapareció en otra parte, el cambio en total es: { $change } (entre { $low } y { $high }).
market-itself = Detrás de los recuentos, el mercado mismo: { $change } (entre { $low } y { $high }).
market-itself-withheld = ¿Hubo menos, o buscaron menos las autoridades? Estas cifras no permiten saberlo: lo que cuentan pudo cambiar por una razón o por la otra.
truth = Los datos son inventados, y por eso se conoce la verdad: { $change }.
published = La respuesta publicada a la misma pregunta: { $change }.
said = Se dice que «{ $assertion }». Según estos datos, eso es { $likelihood }: { $chances }.
said-of-counts = Se dice que «{ $assertion }». Leído como una frase sobre estos recuentos, eso es { $likelihood }: { $chances }. Habla del mercado; estos son recuentos de lo que se encontró.
said-refuted = Se dice que «{ $assertion }». La sola aritmética lo refuta.

## Las figuras

people-title = Con { the-law } y sin { the-law }
people-says = { $way ->
    [none] Por cada 100 que habría habido sin { the-law }, nuestra mejor estimación es que hubo los mismos con { the-law }. Pudieron ser solo { $low } o hasta { $high }.
   *[other] Por cada 100 que habría habido sin { the-law }, nuestra mejor estimación es que hubo { $middle } con { the-law }. Pudieron ser solo { $low } o hasta { $high }.
}
people-without = Sin { the-law }: { $number }
people-with = Con { the-law }: { $number }
people-key-least = muy probable: al menos tantos
people-key-best = nuestra mejor estimación
people-key-possible = también posible
people-beyond = y más
dots-title = Cuál pudo ser el cambio
dots-says = Cada punto es una posibilidad de { $of }. Donde se apilan los puntos, el cambio es más probable.
dots-axis = cambio, por ciento
dots-fall-large = { $count } de { $of }: más bajo en un { $limit } % o más
dots-fall-small = { $count } de { $of }: más bajo, pero en menos
dots-rise-small = { $count } de { $of }: más alto, en menos de un { $limit } %
dots-rise-large = { $count } de { $of }: más alto en un { $limit } % o más

## Qué seguridad hay, y por qué

strength = Fuerza de esta respuesta:
title-trust = Qué seguridad hay, y por qué
trust-strong = Esta respuesta es fuerte. Cada comprobación encontró lo que debía.
trust-moderate = Esta respuesta es moderadamente fuerte. Ninguna comprobación falló, pero algunas plantean dudas o no pudieron juzgarse.
trust-weak = Esta respuesta es débil. Al menos una comprobación falló: léase el número como un indicio, no como un resultado.
trust-withheld = No se da respuesta. Falló una comprobación del cálculo mismo.
checks = De { $total } comprobaciones: superadas, { $passed }; con dudas, { $concern }; fallidas, { $failed }; sin poder juzgarse, { $unknown }.
checks-none = No se hizo ninguna comprobación: no se sabe si los supuestos del estudio se cumplen.
doubts = { $count ->
    [one] La duda que más importa:
   *[other] Las { $count ->
        [2] dos
        [3] tres
       *[other] { $count }
    } dudas que más importan:
}
doubts-none = Las comprobaciones no dejaron ninguna duda que cambie la respuesta.
doubt-label = { $verdict ->
    [FAIL] Falló
    [CONCERN] Duda
   *[UNKNOWN] No se sabe
}

# Un mensaje por comprobación, con su nombre. Qué encontró, y qué significa para la respuesta.
doubt-rhat = { doubt-of-computation }
doubt-ess = { doubt-of-computation }
doubt-ess_estimands = { doubt-of-computation }
doubt-divergences = { doubt-of-computation }
doubt-energy = { doubt-of-computation }
doubt-of-computation = { $verdict ->
    [FAIL] El cálculo no se estabilizó en una respuesta. Sus números no significan nada hasta que lo haga.
    [CONCERN] El cálculo se estabilizó por poco. Las últimas cifras aún pueden moverse.
   *[UNKNOWN] No se pudo juzgar si el cálculo se estabilizó.
}
doubt-prior_predictive = { doubt-of-starting-point }
doubt-design_prior = { doubt-of-starting-point }
doubt-of-starting-point = { $verdict ->
    [UNKNOWN] No se pudo juzgar si el estudio partió de expectativas razonables.
   *[other] El estudio partió de expectativas que no encajan con estas cifras. Eso puede desviar la respuesta.
}
doubt-prior_sensitivity = { $verdict ->
    [FAIL] La respuesta se invierte según lo que uno espere de antemano: escépticos y partidarios leen lo contrario en estas cifras.
    [CONCERN] Lo que uno espera de antemano decide parte de la respuesta: escépticos y partidarios leen estas cifras de otro modo.
   *[UNKNOWN] No se probó si escépticos y partidarios leerían lo mismo en estas cifras.
}
doubt-power_scaling = { $verdict ->
    [UNKNOWN] No se pudo juzgar cuánto se apoya la respuesta en lo que se esperaba de antemano.
   *[other] La respuesta se apoya en lo que se esperaba de antemano, no solo en las cifras.
}
doubt-predictive_small_counts = { doubt-of-fit }
doubt-predictive_dispersion = { doubt-of-fit }
doubt-predictive_autocorrelation = { doubt-of-fit }
doubt-predictive_size = { doubt-of-fit }
doubt-predictive_together = { doubt-of-fit }
doubt-loo_pit = { doubt-of-fit }
doubt-of-fit = { $verdict ->
    [FAIL] Las cifras no se comportan como supone el cálculo. La respuesta y su margen pueden ser erróneos.
    [CONCERN] Las cifras se comportan algo distinto de lo que supone el cálculo. El margen puede ser demasiado estrecho o demasiado ancho.
   *[UNKNOWN] No se pudo juzgar del todo si las cifras se comportan como supone el cálculo.
}
doubt-pareto_k = { $verdict ->
    [UNKNOWN] No se pudo juzgar cuánto arrastran la respuesta algunas cifras sueltas.
   *[other] Algunas cifras sueltas arrastran el cálculo más de lo debido.
}
doubt-model_choice = { $verdict ->
    [FAIL] Otras formas de calcular, que encajan igual de bien, dan otra respuesta.
    [CONCERN] Otras formas de calcular, que encajan igual de bien, dan una respuesta algo distinta.
   *[UNKNOWN] No se sabe si otras formas de calcular dan la misma respuesta.
}
doubt-anticipation = { $verdict ->
    [FAIL] Gran parte del cambio empezó antes que { the-law }. La respuesta depende de dónde empieza la cuenta.
    [CONCERN] Parte del cambio pudo empezar antes que { the-law }. La respuesta se mueve si se deja fuera { $every ->
        [month] el último mes anterior
        [week] la última semana anterior
        [day] el último día anterior
       *[year] el último año anterior
    }.
   *[UNKNOWN] No se pudo juzgar si el cambio empezó antes que { the-law }.
}
doubt-leads = { $verdict ->
    [FAIL] Antes { of-the-law }, { those-places } ya se movían de otro modo. El cambio puede no ser obra suya.
    [CONCERN] Antes { of-the-law }, { those-places } quizá ya se movían de otro modo.
   *[UNKNOWN] Hay muy pocas cifras anteriores para saber si { those-places } ya se movían de otro modo.
}
doubt-breakdown = { $verdict ->
    [UNKNOWN] No se sabe bastante bien cuánto pudieron separarse por sí solos { the-places }, sin { the-law }, para descartarlo como causa.
   *[other] Si después { of-the-law } { the-places } se separaron como antes, eso solo podría explicar la respuesta.
}
doubt-negative_control = { $verdict ->
    [FAIL] Una cifra que { the-law } no puede haber movido se movió también. Algo más actuaba.
    [CONCERN] Una cifra que { the-law } no puede haber movido quizá se movió también. Quizá actuaba algo más.
   *[UNKNOWN] No se sabe si se quedó quieta una cifra que { the-law } no puede haber movido.
}
doubt-empirical_calibration = { $verdict ->
    [UNKNOWN] No se sabe bastante bien cuántas veces un estudio así encuentra un cambio donde no lo hay.
   *[other] Donde no había nada que encontrar, respuestas como esta se desviaron más de lo que haría el azar. El margen verdadero es más ancho que el mostrado.
}
doubt-hull = { doubt-of-comparison }
doubt-one_donor = { doubt-of-comparison }
doubt-of-comparison = { $verdict ->
    [FAIL] Ninguna mezcla de { other-places } se parece a los casos con { the-law }. Hay poco con qué comparar.
    [CONCERN] La comparación es frágil: hay pocos casos parecidos entre { other-places }.
   *[UNKNOWN] No se pudo juzgar si hay casos parecidos entre { other-places }.
}
doubt-separable = { $verdict ->
    [UNKNOWN] No se pudo juzgar si el efecto { of-the-law } se distingue del de otras medidas de la época.
   *[other] Otra medida llegó tan cerca en el tiempo que no se pueden distinguir.
}
doubt-market_told_from_effort = Las cifras no permiten distinguir cuánto había de cuánto buscaron las autoridades.
doubt-detection_effort = { $verdict ->
    [CONCERN] Parte de las cifras sube cuando las autoridades buscan más. Léanse aparte del resto.
   *[other] Las cifras cuentan lo que encontraron las autoridades. No distinguen si había menos o si se buscó menos, ni si había más o si se buscó más.
}
doubt-one_unit = { $verdict ->
    [UNKNOWN] No se sabe si { one-place } decide la respuesta.
   *[other] Gran parte de la respuesta la decide { one-place }. Sin ese caso, la respuesta sería claramente distinta.
}
doubt-placebo_time = { $verdict ->
    [FAIL] El mismo cálculo encuentra un cambio antes de que empezara { the-law }. Lo que encuentra después puede no ser más real.
    [CONCERN] El mismo cálculo quizá encuentra un cambio antes de que empezara { the-law }. Lo que encuentra después puede ser en parte de esa clase.
   *[UNKNOWN] Hay muy pocas cifras anteriores para probar el cálculo donde aún no regía { the-law }.
}
doubt-placebo_space = { $verdict ->
    [UNKNOWN] No se pudo probar el cálculo en { other-places } sin { the-law }.
   *[other] El mismo cálculo encuentra cambios en { other-places } que nunca tuvieron { the-law }, más veces de lo que haría el azar.
}
doubt-hidden_cause = { $verdict ->
    [FAIL] Otra causa de tamaño corriente, en { those-places }, podría explicar toda la respuesta.
    [CONCERN] Otra causa, en { those-places }, podría explicar gran parte de la respuesta.
   *[UNKNOWN] Otra causa, en { those-places }, pudo producir este cambio, u ocultar uno.
}
doubt-suppressed_cells = { $verdict ->
    [UNKNOWN] Algunas cifras no se publican. Lo que contienen podría cambiar la respuesta.
   *[other] Las cifras pequeñas se publican solo como «menos de cinco». Cómo se lean cambia la respuesta.
}
doubt-design_gaps = Faltan muchas cifras. La respuesta se apoya en { the-places } que informan.
doubt-definition_breaks = { $verdict ->
    [UNKNOWN] La forma de contar pudo cambiar con los años. Aquí no consta ningún cambio.
   *[other] La forma de contar cambió con los años. Cómo se tenga en cuenta cambia la respuesta.
}
doubt-vintage = { $verdict ->
    [UNKNOWN] No se pudo juzgar si importan las correcciones que se hicieron después.
   *[other] Quien publica las cifras las ha corregido después. Las anteriores dan otra respuesta.
}
doubt-enforcement_date = { $verdict ->
    [UNKNOWN] Algunas fechas de comienzo { of-the-law } no están confirmadas.
   *[other] Importa qué fecha se tome: la de aprobación o la de aplicación { of-the-law }.
}
doubt-treated_units = { $verdict ->
    [UNKNOWN] No se sabe cuántos casos hubo con { the-law }.
   *[other] Solo { $count } { $count ->
        [one] { place } tuvo
       *[other] { places } tuvieron
    } { the-law }: muy pocos casos para hablar de los demás.
}
doubt-design_contrast = { $verdict ->
    [UNKNOWN] No se sabe cuánto hay para comparar.
   *[other] Toda la comparación se apoya en { $count } { $count ->
        [one] { place }
       *[other] { places }
    } con { the-law }.
}
doubt-calibration = { doubt-of-calibration }
doubt-calibration_scales = { doubt-of-calibration }
doubt-coverage = { doubt-of-calibration }
doubt-of-calibration = { $verdict ->
    [UNKNOWN] No se probó bastantes veces si el cálculo encuentra lo que hay en datos inventados de respuesta conocida.
   *[other] En datos inventados de respuesta conocida, el cálculo no la encontró con la exactitud que dice tener.
}
doubt-assurance = { $verdict ->
    [UNKNOWN] No se sabe qué tamaño de cambio podría ver un estudio así.
   *[other] De haber existido un cambio que justo importa, un estudio así lo habría visto solo en { $share } de 100 casos.
}
doubt-other = Otra comprobación informa: «{ $says }»

## Lo que no se sabe

title-unknown = Lo que no se sabe
unknown-effort = Si hubo menos o más del delito mismo. Las cifras cuentan lo que las autoridades encontraron e hicieron, y eso sube también cuando buscan más.
unknown-traces = Cuántas personas hay detrás de las cifras. Son huellas de un mercado, no un recuento de personas.
unknown-cause = Cómo actuó { the-law }. Las cifras muestran qué cambió, no por qué.
unknown-next = Si en { another-place } pasaría lo mismo. Allí el nivel podría quedar entre { $low } y { $high }.
unknown-next-few = Si en { another-place } pasaría lo mismo: en esos años hubo { the-law } en { $count } { $count ->
    [one] { place }
   *[other] { places }
}.
unknown-elsewhere = Si una parte se trasladó a { other-places } o a otros canales. Este estudio no la sigue hasta allí.
unknown-later = Si dura. Las cifras terminan en { $last }.

## Cuánto cuesta

title-costs = Cuánto cuesta
costs-none = No consta ningún coste { of-the-law }; por eso nada se puede decir de lo que cuesta una unidad de cambio.
costs-withheld = No hay respuesta; por eso nada se puede decir de lo que cuesta un cambio.
costs-refused = Nada se puede decir de lo que cuesta un cambio. El motivo: { $reason }
costs-of-adopting = { $adopting ->
    [one] Llevar { the-law } a { another-place }
   *[other] Llevar { the-law } a { $adopting } { places } más
} durante { $years } { $years ->
    [one] año
   *[other] años
} costaría unos { $cost } (entre { $low } y { $high }), a precios de { $price_year }.
costs-per-unit = { $better ->
    [more] Por cada unidad más ({ $things }), son unos { $cost } (entre { $low } y { $high }).
   *[fewer] Por cada unidad menos ({ $things }), son unos { $cost } (entre { $low } y { $high }).
}
money = { $amount }{"\u00A0"}{ $code }
costs-no-ratio = No se puede decir lo que cuesta una unidad de cambio: en { another-place } el cambio puede ir en la otra dirección.
costs-worthwhile = Si una unidad vale { $worth }, según { $by }, que compense es { $likelihood }: { $chances }.
costs-no-worth = Nadie ha dicho lo que vale una unidad; por eso queda abierto si compensa.
costs-simulated = Este dinero es inventado, como los datos.

## Qué financiar ahora

title-next = Qué financiar ahora
next-step = { $step } { $gain }
next-step-named = { $what }.
next-step-longer = Seguir los mismos casos { $number } { periods } más.
next-step-adopters = Estudiar { $number ->
        [2] el doble de casos
       *[other] { $number } veces el número de casos
    } con { the-law }.
next-wrong = Elegir mal es adoptar donde el cambio va en la dirección equivocada, o no adoptar donde va en la correcta.
next-gain-chance = La posibilidad de elegir mal bajaría de { $now } a { $then } de cada 100.
next-gain-chance-same = La posibilidad de elegir mal, { $now } de cada 100, apenas cambiaría.
next-gain-money = Lo que diría valdría unos { $value }.
next-cost = Cuesta unos { $cost }.
next-cost-more = Cuesta unos { $cost }: más de lo que valdría.
next-gain-unknown = No se sabe cuánto valdría.
next-none = Para este estudio no se calculó ningún paso siguiente.
next-mend = Repetir el cálculo, durante más tiempo, antes de decidir nada.
next-longer = Seguir los mismos casos { $number } { periods } más. Un cambio que justo importa se vería entonces en { $share } de 100 estudios así; hoy, en { $now }.
next-adopters = Esperar o sumar más { places }: con { $times } veces el número de casos con { the-law }, un cambio que justo importa se vería en { $share } de 100 estudios así; hoy, en { $now }.
next-market = Contar el mercado mismo: anuncios, precios, encuestas a compradores. Solo eso distingue si hay menos o si se busca menos.
next-register = Dejar escrito el plan del próximo estudio antes de ver sus cifras.

## De dónde salen los números

title-sources = De dónde salen los números
sources-figures = { $cells } cifras comunicadas de { $units } { places }, de { $first } a { $last }. { $treated ->
    [one] En un caso regía { the-law } en ese tiempo; el resto sirve de comparación.
   *[other] En { $treated } casos regía { the-law } en ese tiempo; el resto sirve de comparación.
}
sources-had = Son { $names }.
sources-registered = El plan se dejó por escrito el { $day }, antes de este informe.
sources-registered-seen = El plan se dejó por escrito el { $day }, cuando quizá ya se habían visto las cifras.
sources-changed = { $count ->
    [one] Desde entonces se cambió un punto.
   *[other] Desde entonces se cambiaron { $count } puntos.
}
sources-unregistered = El plan no se registró antes de ver las cifras.

## La clave de las palabras

title-key = Qué significan nuestras palabras
key-says = Cada palabra es un intervalo de posibilidades sobre 100 (escala del IPCC, Mastrandrea y otros 2010). Valen en la medida en que se cumplan los supuestos del estudio.
key-range = { $lowest } a { $highest }
