//! Numbers in the shapes that people and programs give them, and what only looks like one.

use numbers::{Hints, Mode, Region, find};

fn found(text: &str, regions: &[&str], mode: Mode, spoken: bool) -> Vec<(String, Option<String>)> {
    let regions: Vec<_> = regions.iter().map(|r| Region::parse(r).unwrap()).collect();
    let hints = Hints {
        regions: &regions,
        mode,
        spoken,
    };
    let found = find(text, &hints).map(|m| {
        assert_eq!(text[..m.bytes.start].chars().count(), m.chars.start);
        assert_eq!(text[..m.bytes.end].chars().count(), m.chars.end);
        let number = m.parsed.map(|parsed| parsed.number.as_str().to_owned());
        (text[m.bytes].to_owned(), number)
    });
    found.collect()
}

/// Text, region, and the one number in it.
fn holds(cases: &[(&str, &str, &str)], mode: Mode, spoken: bool) {
    for (text, region, number) in cases {
        let found = found(text, &[region], mode, spoken);
        let numbers: Vec<_> = found.iter().map(|(_, number)| number.as_deref()).collect();
        assert_eq!(numbers, [Some(*number)], "{text}: {found:?}");
    }
}

const GB: &str = "+447700900123";
const US: &str = "+12015550123";

#[test]
fn escapes_scripts_and_joiners_hide_no_number() {
    let cases = [
        ("tel=%2B447700900123&x=1", "US", GB),
        ("q=07700%20900123&y", "GB", GB),
        ("to=%28201%29%20555-0123", "US", US),
        ("call ٠٧٧٠٠ ٩٠٠١٢٣", "GB", GB),
        ("फ़ोन ०७७०० ९००१२३", "GB", GB),
        ("０７７００　９００１２３", "GB", GB),
        ("07\u{200b}700\u{200d} 900\u{2060}123", "GB", GB),
        ("\u{202a}+44 7700 900123\u{202c}", "US", GB),
    ];
    holds(&cases, Mode::Balanced, false);
    holds(&cases, Mode::RecallMax, false);
}

#[test]
fn glued_split_and_obfuscated_numbers_are_found_where_a_miss_costs_more() {
    holds(
        &[
            ("Tel07700900123now", "GB", GB),
            ("a07700900123", "GB", GB),
            ("call 07700\n900123 now", "GB", GB),
            ("call 07700\r\n900123 now", "GB", GB),
            ("201 dot 555 dot 0123", "US", US),
            ("201 (dash) 555 [dash] 0123", "US", US),
            ("201 Punkt 555 Punkt 0123", "US", US),
        ],
        Mode::RecallMax,
        false,
    );
}

#[test]
fn spelled_and_spoken_digits_are_found_when_asked_for() {
    holds(
        &[
            (
                "it is oh seven seven double oh nine double oh one two three ok",
                "GB",
                GB,
            ),
            (
                "zero seven, seven, zero, zero, nine, zero, zero, one two three",
                "GB",
                GB,
            ),
            (
                "plus four four seven seven oh oh nine oh oh one two three",
                "US",
                GB,
            ),
            ("two oh one triple five oh one twenty three", "US", US),
            ("two-zero-one-five-five-five-zero-one-two-three", "US", US),
            (
                "null sieben sieben null null neun null null eins zwei drei",
                "GB",
                GB,
            ),
            (
                "cero siete siete cero cero nueve cero cero uno dos tres",
                "GB",
                GB,
            ),
            (
                "zéro sept soixante-dix zéro quatre-vingt-dix zéro douze trois",
                "GB",
                GB,
            ),
            (
                "zero sete sete zero zero nove zero zero um dois três",
                "GB",
                GB,
            ),
            ("शून्य सात सात शून्य शून्य नौ शून्य शून्य एक दो तीन", "GB", GB),
            (
                "صفر سبعة سبعة صفر صفر تسعة صفر صفر واحد اثنان ثلاثة",
                "GB",
                GB,
            ),
            ("电话零七七零零九零零一二三。", "GB", GB),
            ("電話は〇七七〇〇九〇〇一二三です", "GB", GB),
            (
                "ноль семь семь ноль ноль девять ноль ноль один два три",
                "GB",
                GB,
            ),
        ],
        Mode::RecallMax,
        true,
    );
    for text in [
        "one of two or three people, four at most",
        "one two three four five six seven eight nine ten",
        "ichi ni san",
    ] {
        assert_eq!(
            found(text, &["GB", "US"], Mode::RecallMax, true),
            [],
            "{text}"
        );
    }
}

#[test]
fn codes_that_hold_digits_are_left_alone() {
    for text in [
        "Order number 2015550123 shipped",
        "invoice 201-555-0123",
        "IBAN DE89 3704 0044 0532 0130 00",
        "GB29 NWBK 6016 1331 9268 19",
        "card 4111 1111 1111 1111",
        "epoch 1700000000",
        "10.20.30.40:8080",
        "48.858370, 2.294481",
        "77009001-1234-4c3d-8ef0-077009001234",
        "SSN 123-45-6789",
        "v2.01.5550123",
        "$2015550123",
        "2026-11-22 14:03",
        "订单号 2015550123",
        "Número de pedido 2015550123",
        "took 2015550123 ms",
    ] {
        let found = found(text, &["US", "GB", "DE"], Mode::Balanced, false);
        assert_eq!(found, [], "{text}");
    }
}

#[test]
fn words_on_both_sides_say_what_bare_digits_are() {
    for (text, count) in [
        ("phone 2015550123", 1),
        ("2015550123 (WhatsApp)", 1),
        ("2015550123 पर कॉल करें", 1),
        ("手机2015550123", 1),
        ("연락처 2015550123", 1),
        ("zadzwoń 2015550123", 1),
        ("2015550123 bytes", 0),
        ("id 2015550123", 0),
        ("2015550123", 0),
    ] {
        let found = found(text, &["US"], Mode::Balanced, false);
        assert_eq!(found.len(), count, "{text}");
    }
}
