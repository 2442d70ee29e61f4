//! The region of a number that is being typed.

use crate::{Region, calling_code_of, plan, table, table::State, typing::typed_digits};

/// Where a number belongs that is being typed, as far as its digits tell; `None` until a calling
/// code is complete behind `+`, or `00` in its place.
///
/// Where several regions share a calling code, the first seven digits behind it decide as soon as
/// only one has numbers that begin so. Until then it is `chosen` if that shares the code, else the main region
/// of the code: a list of countries that follows this leaves a right choice alone.
///
/// ```
/// use numbers::{Region, region_so_far};
/// let (gb, us, ca) = (Region::parse("GB")?, Region::parse("US")?, Region::parse("CA")?);
/// assert_eq!(region_so_far("+4", Some(us)), None);
/// assert_eq!(region_so_far("+44", Some(us)), Some(gb));
/// assert_eq!(region_so_far("+1 6", Some(gb)), Some(us));
/// assert_eq!(region_so_far("+1 6", Some(ca)), Some(ca));
/// assert_eq!(region_so_far("+1 613", Some(us)), Some(ca));
/// assert_eq!(region_so_far("0044 7700", Some(us)), Some(gb));
/// assert_eq!(region_so_far("07700", Some(us)), None);
/// # Ok::<(), numbers::UnknownRegion>(())
/// ```
pub fn region_so_far(typed: &str, chosen: Option<Region>) -> Option<Region> {
    let typed = typed_digits(typed);
    let digits = typed
        .strip_prefix('+')
        .or_else(|| typed.strip_prefix("00"))?;
    let digits = digits.as_bytes();
    let (code, _) = plan::split_calling_code(digits)?;
    let decided = table::decided_region(State::regions().last_outcome(digits));
    let shares_code = |region: &Region| calling_code_of(*region) == Some(code);
    let undecided = || chosen.filter(shares_code);
    let region = match decided {
        Some(letters) => Region::of(letters),
        None => undecided().unwrap_or_else(|| plan::main_region(code)),
    };
    Some(region).filter(|region| *region != Region::WORLD)
}

/// Every beginning of a number that decides its region, calling code first, each as short as it
/// can be, in the order of the digits: what [`region_so_far`] knows, for a page that has to know it
/// too.
pub fn deciding_digits() -> Vec<(String, Region)> {
    fn visit(state: State, digits: &mut String, found: &mut Vec<(String, Region)>) {
        let decided = table::decided_region(state.outcome());
        let region = decided
            .map(Region::of)
            .filter(|region| *region != Region::WORLD);
        found.extend(region.map(|region| (digits.clone(), region)));
        for digit in b'0'..=b'9' {
            let next = state.step(digit);
            if !next.is_dead() {
                digits.push(char::from(digit));
                visit(next, digits, found);
                digits.pop();
            }
        }
    }
    let mut found = Vec::new();
    visit(State::regions(), &mut String::new(), &mut found);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{classify, countries, parse};

    #[test]
    fn a_number_in_use_never_belongs_to_another_region_than_its_digits_decided() {
        let mut digits = 0u64;
        for country in countries() {
            for _ in 0..2_000 {
                digits = digits
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695);
                let text = format!("+{}{}", country.calling_code, digits >> 31);
                let Some((region, _)) = parse(&text, None).ok().and_then(|p| classify(&p.number))
                else {
                    continue;
                };
                for typed in 0..=text.len() {
                    let so_far = region_so_far(&text[..typed], Some(region));
                    assert!(so_far.is_none_or(|so_far| so_far == region), "{region}");
                }
            }
        }
    }

    #[test]
    fn what_decides_is_as_short_as_it_can_be() {
        let all = deciding_digits();
        // In the order of the digits, what another begins with would stand right before it.
        let apart = |a: &(String, Region), b: &(String, Region)| a < b && !b.0.starts_with(&a.0);
        assert!(all.is_sorted_by(apart));
        for (digits, region) in &all {
            assert_eq!(region_so_far(&format!("+{digits}"), None), Some(*region));
        }
    }
}
