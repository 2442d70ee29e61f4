//! One way to some numbers.

use std::{fmt, sync::Arc};

use model::Channel;
use numbers::{LineType, Region};
use peers::carrier::{Carrier, RouteHandle};

/// The most routes of a pool.
pub const ROUTES_MAX: usize = 256;

/// One way to some numbers, as the operator configured it.
#[derive(Clone)]
pub struct Route {
    /// The carrier.
    pub carrier: Arc<dyn Carrier>,
    /// What it carries.
    pub channels: Vec<Channel>,
    /// To which countries; all if empty.
    pub countries: Vec<Region>,
    /// To which kinds of line; all if empty.
    pub line_types: Vec<LineType>,
    /// Lower ones are preferred among routes that work.
    pub priority: u8,
    /// Price of a message, millionths of the operator's currency unit.
    pub cost_micros: u32,
    /// The most messages in a second, if bounded.
    pub per_second: Option<u32>,
}

impl Route {
    /// Whether this route is for such a message.
    #[must_use]
    pub fn serves(&self, channel: Channel, country: Region, line: LineType) -> bool {
        self.channels.contains(&channel)
            && (self.countries.is_empty() || self.countries.contains(&country))
            && (self.line_types.is_empty() || self.line_types.contains(&line))
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("carrier", &self.carrier.name())
            .finish_non_exhaustive()
    }
}

/// In a handle: calls. Routes take the bits below.
const VOICE: u32 = 1 << 31;

/// One route's texts, or calls, to one country: scores are kept for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    pub(super) route: u16,
    pub(super) country: Region,
    pub(super) channel: Channel,
}

impl Cell {
    /// The name that the vault hears.
    pub(super) fn handle(self) -> RouteHandle {
        let country = self.country.as_str().as_bytes();
        let country = country
            .iter()
            .fold(0, |code, letter| code << 8 | u32::from(*letter));
        let voice = match self.channel {
            Channel::Sms => 0,
            Channel::Voice => VOICE,
        };
        RouteHandle(voice | u32::from(self.route) << 16 | country & 0xFFFF)
    }

    /// The cell of a name; `None` if no pool made it.
    pub(super) fn of(handle: RouteHandle) -> Option<Self> {
        let channel = if handle.0 & VOICE == 0 {
            Channel::Sms
        } else {
            Channel::Voice
        };
        let [high, low, first, second] = (handle.0 & !VOICE).to_be_bytes();
        let letters = [first, second];
        let country = std::str::from_utf8(&letters).ok()?;
        Some(Self {
            route: u16::from_be_bytes([high, low]),
            country: Region::parse(country).ok()?,
            channel,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_names_its_cell() {
        for (route, country) in [(0, "GB"), (255, "ZA"), (7, "DE")] {
            let country = Region::parse(country).unwrap();
            for channel in [Channel::Sms, Channel::Voice] {
                let cell = Cell {
                    route,
                    country,
                    channel,
                };
                assert_eq!(Cell::of(cell.handle()), Some(cell));
            }
        }
        assert_eq!(Cell::of(RouteHandle(0)), None);
    }
}
