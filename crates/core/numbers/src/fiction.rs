//! Numbers that regulators keep free for films, books, documents and demos.
//!
//! | region | ranges | source |
//! |---|---|---|
//! | GB | 07700 900, 01632 960, 020 7946 0, 0113 to 0118, 0121, 0131, 0141, 0151 and 0161 496 0, 0191 498 0, 028 9649 6, 029 2018 0, 03069 990, 08081 570, 0909 879 0, a thousand each | Ofcom, "Telephone numbers for use in TV and radio drama programmes" |
//! | North America | NXX 555 0100 to 0199 in every geographic area code; of the toll-free ones only 800 555 0199 | NANPA and ATIS-0300048, "555 NXX assignment guidelines" |
//! | AU | 5550 and 7010, ten thousand each, in the area codes 02, 03, 07 and 08 | ACMA, "Phone numbers for use in TV shows, films and creative works" |
//! | DE | 030 23125, 040 66969, 069 90009, 089 99998, 0221 4710, a thousand each | Bundesnetzagentur, Mitteilung 148/2021, Amtsblatt 7/2021 |
//! | FR | 01 99 00, 02 61 91, 03 53 01, 04 65 71, 05 36 49, 06 39 98, ten thousand each | Arcep, décision 2018-0881, national numbering plan |
//! | SE | 070 174 06 05 to 06 99 | PTS, numbers for use in books and films |
//!
//! Being kept free, some of these ranges are not in the plan's data (07700 900 is not), although
//! the regulator published them: they are valid here all the same, with the line type of the
//! range around them.

use crate::{E164, LineType, Region, plan};

/// A block kept free: everything that begins with `prefix` and has `len` national digits.
struct Block {
    calling_code: u16,
    prefix: &'static str,
    len: usize,
    region: Region,
    line_type: LineType,
}

const fn block(code: [u8; 2], calling_code: u16, prefix: &'static str, len: usize) -> Block {
    let region = Region::of(code);
    Block {
        calling_code,
        prefix,
        len,
        region,
        line_type: LineType::Fixed,
    }
}

const fn of_type(block: Block, line_type: LineType) -> Block {
    Block { line_type, ..block }
}

static BLOCKS: [Block; 54] = [
    of_type(block(*b"GB", 44, "7700900", 10), LineType::Mobile),
    of_type(block(*b"GB", 44, "8081570", 10), LineType::TollFree),
    of_type(block(*b"GB", 44, "9098790", 10), LineType::PremiumRate),
    of_type(block(*b"GB", 44, "3069990", 10), LineType::Uan),
    block(*b"GB", 44, "1632960", 10),
    block(*b"GB", 44, "2079460", 10),
    block(*b"GB", 44, "1134960", 10),
    block(*b"GB", 44, "1144960", 10),
    block(*b"GB", 44, "1154960", 10),
    block(*b"GB", 44, "1164960", 10),
    block(*b"GB", 44, "1174960", 10),
    block(*b"GB", 44, "1184960", 10),
    block(*b"GB", 44, "1214960", 10),
    block(*b"GB", 44, "1314960", 10),
    block(*b"GB", 44, "1414960", 10),
    block(*b"GB", 44, "1514960", 10),
    block(*b"GB", 44, "1614960", 10),
    block(*b"GB", 44, "1914980", 10),
    block(*b"GB", 44, "2896496", 10),
    block(*b"GB", 44, "2920180", 10),
    block(*b"AU", 61, "25550", 9),
    block(*b"AU", 61, "27010", 9),
    block(*b"AU", 61, "35550", 9),
    block(*b"AU", 61, "37010", 9),
    block(*b"AU", 61, "75550", 9),
    block(*b"AU", 61, "77010", 9),
    block(*b"AU", 61, "85550", 9),
    block(*b"AU", 61, "87010", 9),
    block(*b"DE", 49, "3023125", 10),
    block(*b"DE", 49, "4066969", 10),
    block(*b"DE", 49, "6990009", 10),
    block(*b"DE", 49, "8999998", 10),
    block(*b"DE", 49, "2214710", 10),
    block(*b"FR", 33, "19900", 9),
    block(*b"FR", 33, "26191", 9),
    block(*b"FR", 33, "35301", 9),
    block(*b"FR", 33, "46571", 9),
    block(*b"FR", 33, "53649", 9),
    of_type(block(*b"FR", 33, "63998", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "701740605", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "701740606", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "701740607", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "701740608", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "701740609", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174061", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174062", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174063", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174064", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174065", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174066", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174067", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174068", 9), LineType::Mobile),
    of_type(block(*b"SE", 46, "70174069", 9), LineType::Mobile),
    of_type(block(*b"US", 1, "8005550199", 10), LineType::TollFree),
];

/// Toll-free codes of North America, where only one 555 number is kept free.
const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

/// Whether a regulator keeps this number free for fiction, so that nobody can own it.
///
/// For demos, documents and tests. `false` says nothing: countries not in the module's table, and
/// their ranges, are not known here. Sources: Ofcom (GB), NANPA (US, Canada and the other
/// countries of +1), ACMA (AU), Bundesnetzagentur (DE), Arcep (FR), PTS (SE).
pub fn is_reserved_for_fiction(number: &E164) -> bool {
    let Some((calling_code, national)) = plan::split_calling_code(number.digit_bytes()) else {
        return false;
    };
    find(calling_code, national).is_some() || is_north_american(calling_code, national)
}

/// Region and line type of a reserved number, where the block tells them.
pub(crate) fn find(calling_code: u16, national: &[u8]) -> Option<(Region, LineType)> {
    // Most differ in their first digit, which needs no call to be compared.
    let fits = |b: &&Block| {
        let prefix = b.prefix.as_bytes();
        b.len == national.len()
            && national.first() == prefix.first()
            && national.starts_with(prefix)
    };
    let block = blocks_of(calling_code).iter().find(fits)?;
    Some((block.region, block.line_type))
}

/// The lengths of the reserved numbers that [`find`] knows of a calling code: bit `n` for `n` digits.
pub(crate) fn lengths(calling_code: u16) -> u32 {
    let blocks = blocks_of(calling_code).iter();
    blocks.fold(0, |lengths, block| lengths | 1 << block.len)
}

/// Whether a reserved number that [`find`] knows of a calling code begins with these ASCII digits.
pub(crate) fn may_begin(calling_code: u16, digits: &[u8]) -> bool {
    let mut blocks = blocks_of(calling_code).iter();
    blocks.any(|block| block.prefix.as_bytes().starts_with(digits))
}

/// The blocks of a calling code, which stand together.
#[inline]
fn blocks_of(calling_code: u16) -> &'static [Block] {
    let (from, to) = match calling_code {
        44 => const { places(44) },
        61 => const { places(61) },
        49 => const { places(49) },
        33 => const { places(33) },
        46 => const { places(46) },
        1 => const { places(1) },
        _ => (0, 0),
    };
    BLOCKS.get(from..to).unwrap_or_default()
}

/// Where the blocks of a calling code begin and end.
const fn places(calling_code: u16) -> (usize, usize) {
    let mut from = 0;
    while from < BLOCKS.len() && BLOCKS[from].calling_code != calling_code {
        from += 1;
    }
    let mut to = from;
    while to < BLOCKS.len() && BLOCKS[to].calling_code == calling_code {
        to += 1;
    }
    (from, to)
}

/// NXX 555 0100 to 0199. The plan's own data tells the region, and whether NXX is an area code.
fn is_north_american(calling_code: u16, national: &[u8]) -> bool {
    let Some((area, line)) = national.split_at_checked(3) else {
        return false;
    };
    calling_code == 1
        && line.len() == 7
        && line.starts_with(b"55501")
        && matches!(area, [b'2'..=b'9', b'0'..=b'8', _])
        && !TOLL_FREE.iter().any(|free| free.as_bytes() == area)
        && area != b"900"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved(text: &str) -> bool {
        is_reserved_for_fiction(&E164::from_canonical(text).unwrap())
    }

    #[test]
    fn published_ranges_are_reserved_from_first_to_last() {
        for text in [
            "+447700900000",
            "+447700900999",
            "+441632960999",
            "+442079460000",
            "+442896496999",
            "+12015550100",
            "+12015550199",
            "+16135550123",
            "+18005550199",
            "+61255500000",
            "+61870109999",
            "+493023125999",
            "+33639980000",
            "+46701740605",
            "+46701740699",
        ] {
            assert!(reserved(text), "{text}");
        }
    }

    #[test]
    fn every_block_is_found_by_its_calling_code() {
        for block in &BLOCKS {
            let number = format!("{:0<len$}", block.prefix, len = block.len);
            let found = find(block.calling_code, number.as_bytes());
            assert_eq!(
                found,
                Some((block.region, block.line_type)),
                "{}",
                block.prefix
            );
        }
        let known = (0..1000).map(|code| blocks_of(code).len());
        assert_eq!(known.sum::<usize>(), BLOCKS.len());
    }

    #[test]
    fn their_neighbours_are_not() {
        for text in [
            "+447700899999",
            "+447700901000",
            "+44770090012",
            "+12015550099",
            "+12015550200",
            "+18005550123",
            "+18885550123",
            "+12015551212",
            "+46701740604",
            "+46701740700",
            "+493023126000",
            "+33639970000",
            "+999",
            "+19005550123",
        ] {
            assert!(!reserved(text), "{text}");
        }
    }
}
