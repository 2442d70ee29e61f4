//! Regions, their calling codes and their languages.

use std::{fmt, sync::LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    table::RegionPlan,
    territories::{TERRITORIES, Territory},
};

/// A region: an ISO 3166-1 alpha-2 code, or [`Region::WORLD`].
///
/// Also known are `AC`, `TA` and `XK`, which are not assigned by ISO but have numbering plans.
/// The serde form is the two-letter string.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region([u8; 2]);

/// The text is not the code of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a two-letter region code")]
pub struct UnknownRegion;

impl Region {
    /// The place of numbers that belong to no country: +800, +808, +870, +878, +881, +882, +883,
    /// +888 and +979.
    ///
    /// Written `ZZ`, which ISO 3166-1 leaves to users and CLDR uses for "no particular region", so
    /// that a region is always two letters. UN M.49's `001` is accepted when read.
    pub const WORLD: Self = Self(*b"ZZ");

    /// Reads a region code, in capitals or not. `ZZ` and `001` are [`Region::WORLD`].
    ///
    /// # Errors
    /// [`UnknownRegion`] if it is not the code of a region; `UK` is not, `GB` is.
    pub fn parse(code: &str) -> Result<Self, UnknownRegion> {
        if code == "001" {
            return Ok(Self::WORLD);
        }
        let bytes: [u8; 2] = code.as_bytes().try_into().map_err(|_| UnknownRegion)?;
        let region = Self(bytes.map(|b| b.to_ascii_uppercase()));
        match region == Self::WORLD || region.territory().is_some() {
            true => Ok(region),
            false => Err(UnknownRegion),
        }
    }

    /// The two letters, in capitals.
    pub fn as_str(&self) -> &str {
        // Only ASCII letters are ever stored, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or("ZZ")
    }

    /// A region whose code is known to be good, for tables of this crate.
    pub(crate) const fn of(code: [u8; 2]) -> Self {
        Self(code)
    }

    /// The two letters, in capitals.
    pub(crate) const fn letters(self) -> [u8; 2] {
        self.0
    }

    fn territory(self) -> Option<&'static Territory> {
        let place = TERRITORIES.binary_search_by_key(&self.0, |t| t.code).ok()?;
        TERRITORIES.get(place)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({self})")
    }
}

impl Serialize for Region {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Code;
        impl de::Visitor<'_> for Code {
            type Value = Region;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a two-letter region code")
            }
            fn visit_str<E: de::Error>(self, code: &str) -> Result<Region, E> {
                Region::parse(code).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Code)
    }
}

/// A region that has a numbering plan, for a list to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Country {
    /// The region; never [`Region::WORLD`].
    pub region: Region,
    /// The country calling code, 1 to 999.
    pub calling_code: u16,
}

/// All regions with a numbering plan, sorted by code. Names are the page's matter: they depend on
/// its language.
pub fn countries() -> &'static [Country] {
    static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
        let with_plan = TERRITORIES.iter().filter(|t| t.calling_code != 0);
        with_plan
            .map(|t| Country {
                region: Region(t.code),
                calling_code: t.calling_code,
            })
            .collect()
    });
    &COUNTRIES
}

/// The calling code of a region, 1 to 999.
///
/// `None` for regions without a plan of their own (such as Antarctica) and for [`Region::WORLD`],
/// which has several.
pub fn calling_code_of(region: Region) -> Option<u16> {
    RegionPlan::of(region.letters()).map(RegionPlan::calling_code)
}

/// The languages of a region as BCP 47 primary language tags, the most spoken official one first.
///
/// For choosing the language of a text by country when nothing better is known. Never empty except
/// for [`Region::WORLD`]. See the source named in `territories.rs`.
pub fn languages_of(region: Region) -> &'static [&'static str] {
    region.territory().map_or(&[], |t| t.languages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_lookups_find_every_region() {
        assert!(TERRITORIES.is_sorted_by(|a, b| a.code < b.code));
        assert_eq!(TERRITORIES.len(), 252);
        assert!(countries().is_sorted_by(|a, b| a < b));
        assert_eq!(countries().len(), 245);
    }

    #[test]
    fn a_region_is_read_in_any_case_and_printed_in_capitals() {
        assert_eq!(Region::parse("gb").unwrap().as_str(), "GB");
        assert_eq!(Region::parse("Xk").unwrap().to_string(), "XK");
        assert_eq!(format!("{:?}", Region::parse("DE").unwrap()), "Region(DE)");
    }

    #[test]
    fn what_is_not_a_region_is_refused() {
        for code in ["", "G", "UK", "XX", "GBR", "44", "é", "G\0", "EU", "AN"] {
            assert_eq!(Region::parse(code), Err(UnknownRegion), "{code}");
        }
    }

    #[test]
    fn the_world_is_zz_and_reads_001() {
        assert_eq!(Region::parse("001"), Ok(Region::WORLD));
        assert_eq!(Region::parse("zz"), Ok(Region::WORLD));
        assert_eq!(Region::WORLD.as_str(), "ZZ");
        assert_eq!(calling_code_of(Region::WORLD), None);
        assert!(languages_of(Region::WORLD).is_empty());
    }

    #[test]
    fn a_region_travels_as_its_two_letters() {
        let gb = Region::parse("GB").unwrap();
        assert_eq!(serde_json::to_string(&gb).unwrap(), "\"GB\"");
        assert_eq!(serde_json::from_str::<Region>("\"GB\"").unwrap(), gb);
        assert!(serde_json::from_str::<Region>("\"UK\"").is_err());
        let bytes = postcard::to_allocvec(&gb).unwrap();
        assert_eq!(postcard::from_bytes::<Region>(&bytes).unwrap(), gb);
    }

    #[test]
    fn calling_codes_and_languages_of_known_regions() {
        for (code, calling_code, first) in [
            ("GB", 44, "en"),
            ("DE", 49, "de"),
            ("KZ", 7, "ru"),
            ("CH", 41, "de"),
            ("IN", 91, "hi"),
        ] {
            let region = Region::parse(code).unwrap();
            assert_eq!(calling_code_of(region), Some(calling_code));
            assert_eq!(languages_of(region)[0], first);
        }
        assert_eq!(calling_code_of(Region::parse("AQ").unwrap()), None);
    }

    #[test]
    fn the_plans_and_the_list_of_territories_agree_on_calling_codes() {
        for territory in TERRITORIES {
            let code = calling_code_of(Region(territory.code)).unwrap_or(0);
            assert_eq!(code, territory.calling_code);
        }
    }

    #[test]
    fn every_region_has_languages_that_are_primary_tags() {
        for territory in TERRITORIES {
            assert!(!territory.languages.is_empty());
            for tag in territory.languages {
                assert!(matches!(tag.len(), 2 | 3) && tag.bytes().all(|b| b.is_ascii_lowercase()));
            }
        }
    }
}
