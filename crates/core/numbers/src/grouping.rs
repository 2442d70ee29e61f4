//! What decides how a number is grouped while it is typed, for a page that has to know it too.
//!
//! [`as_you_type`](crate::as_you_type) completes what is typed with the whole table at hand. A page
//! has no room for that table. But the groups follow from the first few digits and the count of the
//! rest, and what is the beginning of no number may be grouped as its neighbours are. So a short
//! list of beginnings says the same about every number in use.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use crate::{
    LineType, Region, calling_code_of,
    plan::{self, NATIONAL_MAX},
    table::{CodePlan, RegionPlan, State},
    typing,
};

/// How many digits of a number are looked at; where its plan asks for more, what most of its
/// numbers have holds for all.
const DIGITS_MAX: usize = 3;

/// From how many digits on a number is grouped at home.
const HOME_DIGITS_MIN: usize = 3;

/// How national numbers that begin with some digits are grouped.
///
/// Templates have `X` for each digit and stand shortest first. The first that has enough of them is
/// cut after the last digit typed, as [`as_you_type`](crate::as_you_type) does; what has more
/// digits is not grouped. What begins no number has no templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The digits; of several groupings with such digits the one with the most counts.
    pub begins: String,
    /// Behind `+` and a calling code.
    pub abroad: Vec<String>,
    /// At home, trunk prefix included; nothing if it is as abroad, with the trunk prefix in the
    /// first group.
    pub with_trunk: Option<Vec<String>>,
    /// At home, without a trunk prefix; nothing if it is as abroad.
    pub bare: Option<Vec<String>>,
}

/// How digits fall into groups that may become a number of a person in this region, and what is
/// dialled before national numbers there. Nothing for [`Region::WORLD`].
pub fn groupings(region: Region) -> (String, Vec<Grouping>) {
    let home = RegionPlan::of(region.letters());
    let trunk = home.map(RegionPlan::trunk_prefix).unwrap_or_default();
    let plan = calling_code_of(region).and_then(CodePlan::of);
    let found = plan.map(|plan| Walk::new(plan, region, trunk).groupings());
    let trunk = trunk.iter().copied().map(char::from).collect();
    (trunk, found.unwrap_or_default())
}

/// Where digits are typed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Way {
    Abroad,
    WithTrunk,
    Bare,
}

/// Groups by the count of digits typed.
type Groups = BTreeMap<(Way, usize), String>;

/// All that decides about what may follow.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Place {
    states: [State; 3],
    own: Groups,
}

/// A walk over the national numbers of a plan.
struct Walk {
    plan: CodePlan,
    region: Region,
    trunk: &'static [u8],
    /// What all that follows has in common, if it does.
    common: HashMap<Place, Option<Rc<Groups>>>,
    /// Whether a number of a person is ahead.
    useful: HashMap<State, bool>,
}

impl Walk {
    fn new(plan: CodePlan, region: Region, trunk: &'static [u8]) -> Self {
        Self {
            plan,
            region,
            trunk,
            common: HashMap::new(),
            useful: HashMap::new(),
        }
    }

    fn groupings(mut self) -> Vec<Grouping> {
        let mut found = vec![(String::new(), Groups::new())];
        self.visit(&mut Vec::new(), 0, &mut found);
        let nowhere = (b'0'..=b'9').filter(|&digit| self.plan.national().step(digit).is_dead());
        let nowhere = nowhere.map(|digit| (char::from(digit).to_string(), Groups::new()));
        let first = found.first().is_some_and(|(_, groups)| groups.is_empty());
        let found = found.into_iter().skip(usize::from(first)).chain(nowhere);
        found
            .map(|(begins, groups)| self.grouping(begins, &groups))
            .collect()
    }

    fn grouping(&self, begins: String, groups: &Groups) -> Grouping {
        let abroad = templates(groups, Way::Abroad);
        let trunk = "X".repeat(self.trunk.len());
        let behind = |template: &String| template.replacen('X', &format!("{trunk}X"), 1);
        let with_trunk: Vec<String> = abroad.iter().map(behind).collect();
        let unlike =
            |usual: &[String], way| (!fits(usual, groups, way)).then(|| templates(groups, way));
        Grouping {
            begins,
            with_trunk: unlike(&with_trunk, Way::WithTrunk),
            bare: unlike(&abroad, Way::Bare),
            abroad,
        }
    }

    /// Adds what is needed so that everything that begins with `digits` is grouped; `inherited` is
    /// the place of what holds so far.
    fn visit(&mut self, digits: &mut Vec<u8>, inherited: usize, found: &mut Vec<(String, Groups)>) {
        let wish = self.wish(digits);
        let so_far = found.get(inherited).map(|(_, groups)| groups);
        let holding = match so_far.and_then(|so_far| merged(so_far, &wish)) {
            Some(both) => {
                if let Some((_, groups)) = found.get_mut(inherited) {
                    *groups = both;
                }
                inherited
            }
            None => {
                let begins = digits.iter().copied().map(char::from).collect();
                found.push((begins, wish));
                found.len() - 1
            }
        };
        if digits.len() < DIGITS_MAX && self.common(digits).is_none() {
            self.behind(digits, |walk, digits| walk.visit(digits, holding, found));
        }
    }

    /// Groups for most of what begins with these digits.
    fn wish(&mut self, digits: &mut Vec<u8>) -> Groups {
        if let Some(common) = self.common(digits) {
            return common.as_ref().clone();
        }
        let mut wishes: Vec<(usize, Groups)> = Vec::new();
        let deeper = digits.len() <= DIGITS_MAX;
        self.behind(digits, |walk, digits| {
            let wish = match walk.common(digits) {
                Some(common) => common.as_ref().clone(),
                None if deeper => walk.wish(digits),
                None => return,
            };
            for (votes, groups) in &mut wishes {
                if let Some(both) = merged(groups, &wish) {
                    *votes += 1;
                    *groups = both;
                    return;
                }
            }
            wishes.push((1, wish));
        });
        let most = wishes.into_iter().rev().max_by_key(|(votes, _)| *votes);
        let own = self.own(digits);
        let most = most.map(|(_, groups)| groups).unwrap_or_default();
        merged(&own, &most).unwrap_or(own)
    }

    /// The groups of all that begins with these digits, if none contradicts another.
    fn common(&mut self, digits: &mut Vec<u8>) -> Option<Rc<Groups>> {
        let place = self.place(digits);
        if let Some(known) = self.common.get(&place) {
            return known.clone();
        }
        let mut all = Some(place.own.clone());
        self.behind(digits, |walk, digits| {
            all = all
                .take()
                .and_then(|all| merged(&all, walk.common(digits)?.as_ref()));
        });
        let all = all.map(Rc::new);
        self.common.insert(place, all.clone());
        all
    }

    /// Visits every digit behind which is a number of a person.
    fn behind(&mut self, digits: &mut Vec<u8>, mut visit: impl FnMut(&mut Self, &mut Vec<u8>)) {
        let state = self.plan.national().walk(digits);
        for digit in b'0'..=b'9' {
            let next = state.step(digit);
            if self.is_useful(next, digits.len() + 1) {
                digits.push(digit);
                visit(self, digits);
                digits.pop();
            }
        }
    }

    fn is_useful(&mut self, state: State, digits: usize) -> bool {
        if state.is_dead() || digits > NATIONAL_MAX {
            return false;
        }
        if let Some(known) = self.useful.get(&state) {
            return *known;
        }
        let here = plan::line_type_of(state).is_some_and(is_of_a_person);
        let useful =
            here || (b'0'..=b'9').any(|digit| self.is_useful(state.step(digit), digits + 1));
        self.useful.insert(state, useful);
        useful
    }

    fn place(&self, digits: &[u8]) -> Place {
        let [home, abroad] = [true, false].map(|home| self.plan.formats(home).walk(digits));
        Place {
            states: [self.plan.national().walk(digits), home, abroad],
            own: self.own(digits),
        }
    }

    /// The groups of these digits themselves.
    fn own(&self, digits: &[u8]) -> Groups {
        let mut own = Groups::new();
        if digits.is_empty() {
            return own;
        }
        let mut add = |way, typed: usize, written: Option<String>| {
            let written = written.unwrap_or_else(|| "0".repeat(typed));
            own.insert(
                (way, typed),
                written.replace(|c: char| c.is_ascii_digit(), "X"),
            );
        };
        add(
            Way::Abroad,
            digits.len(),
            typing::behind_code(self.plan, digits),
        );
        let has_trunk = !self.trunk.is_empty();
        let whole = [self.trunk, digits].concat();
        if has_trunk && whole.len() >= HOME_DIGITS_MIN {
            add(
                Way::WithTrunk,
                whole.len(),
                typing::national(self.region, &whole),
            );
        }
        let bare = !has_trunk || !digits.starts_with(self.trunk);
        if bare && digits.len() >= HOME_DIGITS_MIN {
            add(
                Way::Bare,
                digits.len(),
                typing::national(self.region, digits),
            );
        }
        own
    }
}

/// Whether a person may sign up with such a number.
fn is_of_a_person(line: LineType) -> bool {
    matches!(
        line,
        LineType::Fixed
            | LineType::Mobile
            | LineType::FixedOrMobile
            | LineType::Voip
            | LineType::Personal
    )
}

/// Both, if they say the same wherever both say something.
fn merged(one: &Groups, other: &Groups) -> Option<Groups> {
    let agrees = |(place, groups): (&_, &String)| one.get(place).is_none_or(|own| own == groups);
    other.iter().all(agrees).then(|| {
        let both = one.iter().chain(other);
        both.map(|(place, groups)| (*place, groups.clone()))
            .collect()
    })
}

/// The groups of one way by the count of their digits.
fn of_way(groups: &Groups, way: Way) -> impl DoubleEndedIterator<Item = (usize, &String)> {
    let all = groups.range((way, 0)..=(way, usize::MAX));
    all.map(|(&(_, digits), groups)| (digits, groups))
}

/// A template's beginning that holds so many digits.
fn cut(template: &str, digits: usize) -> Option<String> {
    typing::cut_after_count(template, digits, |c| c == 'X')
}

/// Whether these templates are cut into the groups of one way.
fn fits(templates: &[String], groups: &Groups, way: Way) -> bool {
    of_way(groups, way).all(|(digits, wanted)| {
        let cut = templates.iter().find_map(|template| cut(template, digits));
        cut.as_ref() == Some(wanted)
    })
}

/// The fewest templates that are cut into all groups of one way, shortest first.
fn templates(groups: &Groups, way: Way) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (digits, wanted) in of_way(groups, way).rev() {
        let cut = found.last().and_then(|longer| cut(longer, digits));
        if cut.as_ref() != Some(wanted) {
            found.push(wanted.clone());
        }
    }
    found.reverse();
    found
}
