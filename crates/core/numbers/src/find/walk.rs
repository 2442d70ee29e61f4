//! The search of one text: from one number to the next.

use super::{
    AHEAD_BYTES, Finding, Hints, Lengths, Mode, google, negatives, recall, run,
    scan::{Groups, Scan, Start},
    skim, spelled, weigh,
};

/// What is known about a text from some place on.
pub(crate) enum Step {
    /// The next number.
    Found(Finding),
    /// No number begins before this place; from there on it depends on what follows.
    Clear(usize),
}

/// How far each search of a text has come, in bytes: what stands before is found or refused, and no
/// number reaches back into it. That is not what was handed on: a search may have passed over signs
/// that the next number begins with.
#[derive(Clone, Copy, Default)]
pub(crate) struct Come {
    /// The search of [`Mode::Balanced`].
    pub(super) careful: usize,
    /// That of any other mode.
    pub(super) eager: usize,
}

impl Come {
    fn of(&mut self, mode: Mode) -> &mut usize {
        match mode {
            Mode::Balanced => &mut self.careful,
            Mode::Google(_) | Mode::RecallMax => &mut self.eager,
        }
    }

    /// The same when so many bytes of the text's beginning are forgotten.
    pub(crate) fn behind(self, forgotten: usize) -> Self {
        Self {
            careful: self.careful.saturating_sub(forgotten),
            eager: self.eager.saturating_sub(forgotten),
        }
    }
}

/// Which part of a text is looked at for the first digit of a number.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    pub(super) seek: usize,
    pub(super) until: usize,
}

impl Reach {
    /// All from `seek` on.
    pub(super) fn all(seek: usize) -> Self {
        Self {
            seek,
            until: usize::MAX,
        }
    }
}

/// A search of one text.
pub(crate) struct Walk<'t> {
    pub(super) text: &'t str,
    pub(super) hints: &'t Hints<'t>,
    /// Whether nothing follows the text.
    pub(super) ended: bool,
    pub(super) come: Come,
    /// What the eager search has found while the careful one is behind it.
    pub(super) ahead: Option<Step>,
    /// The first digit that had to be read since this was forgotten: all before it are too few, or
    /// bound by what stands before them.
    pub(super) first_read: Option<usize>,
    /// Before this place no digits need to be read for the careful search either.
    pub(super) unread: usize,
    pub(super) scan: Scan<'t>,
    /// What the hints say of lengths, once it was asked for.
    pub(super) lengths: Option<Lengths>,
}

impl<'t> Walk<'t> {
    /// A search. `ended` says that nothing follows the text; `lengths` is what an earlier search
    /// with the same hints [learnt](Self::lengths).
    #[inline]
    pub(crate) fn new(
        text: &'t str,
        hints: &'t Hints<'t>,
        ended: bool,
        lengths: Option<Lengths>,
    ) -> Self {
        Self {
            text,
            hints,
            ended,
            come: Come::default(),
            ahead: None,
            first_read: None,
            unread: 0,
            scan: Scan::new(text),
            lengths,
        }
    }

    /// The search of a text that an earlier walk has come so far in.
    pub(crate) fn go_on(mut self, come: Come) -> Self {
        self.come = come;
        self
    }

    /// How far the search has come, and the lengths of numbers where the hints expect them, if it
    /// was needed.
    pub(crate) fn learnt(self) -> (Come, Option<Lengths>) {
        (self.come, self.lengths)
    }

    #[inline]
    pub(super) fn lengths(&mut self) -> &Lengths {
        let regions = self.hints.regions;
        self.lengths.get_or_insert_with(|| Lengths::of(regions))
    }

    /// Looks for the next number whose first digit is at `seek` or later; what stands before was
    /// looked at.
    #[inline(never)]
    pub(crate) fn next(&mut self, seek: usize) -> Step {
        let step = match self.hints.mode {
            Mode::Google(leniency) => google::next(self, seek, leniency),
            Mode::Balanced => self.weighed(Mode::Balanced, Reach::all(seek)),
            Mode::RecallMax => return recall::next(self, seek),
        };
        if let Step::Found(found) = &step {
            *self.come.of(self.hints.mode) = found.bytes.end;
        }
        step
    }

    /// The next number by the rules of one mode, whatever the hints ask for.
    pub(super) fn weighed(&mut self, mode: Mode, reach: Reach) -> Step {
        let mut from = *self.come.of(mode);
        let step = self.search(mode, reach, &mut from);
        *self.come.of(mode) = from;
        step
    }

    /// The same; `from` is how far the search has come, up to the candidate that it finds.
    fn search(&mut self, mode: Mode, reach: Reach, from: &mut usize) -> Step {
        let (text, ended) = (self.text, self.ended);
        let words = mode == Mode::RecallMax;
        let hints = Hints {
            mode,
            ..*self.hints
        };
        let mut seek = reach.seek;
        loop {
            seek = seek.max(*from);
            let Some(start) = self.next_start(&hints, seek) else {
                let clear = match ended {
                    true => text.len(),
                    false => held(text, *from, words && hints.spoken),
                };
                return Step::Clear(clear.max(reach.seek));
            };
            let digit = start.place();
            if digit >= reach.until {
                return Step::Clear(reach.until);
            }
            let around = match start {
                Start::Odd(_) => self.look_around(mode, *from, digit),
                Start::Groups(groups) => self.look_into(*from, &groups),
            };
            match around {
                Around::Escape(end) => {
                    seek = behind(text, digit, end);
                    continue;
                }
                Around::Refused(end) => {
                    *from = behind(text, digit, end);
                    continue;
                }
                Around::Cut(at) => return Step::Clear(at),
                Around::Nothing => {}
            }
            let start = run::lead(text, *from, digit);
            // What stands before them refuses most digits of logs: they need not be read.
            let plain_end = || run::plain_end(text, digit, ended, words);
            let before = text.get(..start).unwrap_or_default();
            if weigh::is_bound(before, words)
                && let Some(end) = plain_end()
            {
                *from = behind(text, digit, end);
                continue;
            }
            self.first_read.get_or_insert(digit);
            let Some(run) = run::read(text, start, digit, ended, words) else {
                return Step::Clear(start);
            };
            // What stands behind a number is part of the decision.
            if !ended && text.len() - run.last_end().min(text.len()) < AHEAD_BYTES {
                return Step::Clear(start);
            }
            if let Some(end) = negatives::uuid_end(text, run.start) {
                *from = behind(text, digit, end);
                continue;
            }
            match weigh::best(text, &run, &hints, self.lengths()) {
                Some(found) => return Step::Found(found),
                None => *from = behind(text, digit, run.first_end(text)),
            }
        }
    }

    /// The next digits at `from` or later that may be a number, or the next word for one.
    #[inline]
    fn next_start(&mut self, hints: &Hints<'_>, from: usize) -> Option<Start> {
        if hints.mode == Mode::Balanced {
            return self
                .scan
                .next_start(from, self.ended, self.lengths.as_ref());
        }
        let digit = self.scan.next_digit(from);
        let spoken = match hints.spoken {
            true => spelled::next(self.text, from, digit.unwrap_or(self.text.len())),
            false => None,
        };
        spoken.or(digit).map(Start::Odd)
    }

    /// What groups of digits say of themselves, with nothing odd around them.
    #[inline]
    fn look_into(&mut self, from: usize, groups: &Groups) -> Around {
        let (text, ended, regions) = (self.text, self.ended, self.hints.regions);
        let announced = || skim::may_be_announced(text, from, ended, groups);
        match skim::none(text, groups, self.lengths(), regions, announced) {
            true => Around::Refused(groups.first_end()),
            false => Around::Nothing,
        }
    }

    /// What the surroundings of the digit at `digit` say of it.
    fn look_around(&mut self, mode: Mode, from: usize, digit: usize) -> Around {
        let (text, ended) = (self.text, self.ended);
        match run::within_escape(text, from, digit) {
            run::Within::Escape(end) => return Around::Escape(end),
            run::Within::Cut(at) if !ended => return Around::Cut(run::lead(text, from, at)),
            run::Within::Cut(_) | run::Within::Nothing => {}
        }
        if negatives::may_be_iban(text, digit) {
            if !ended && text.len() - digit < negatives::IBAN_BYTES_MAX {
                return Around::Cut(run::lead(text, from, digit));
            }
            if let Some(end) = negatives::iban_end(text, digit) {
                return Around::Refused(end);
            }
        }
        let refused = match mode {
            Mode::RecallMax => {
                let fewest = self.lengths().fewest_bare();
                run::too_few(text, digit, ended, fewest)
            }
            _ => skim::bound(text, digit, ended)
                .or_else(|| run::too_few(text, digit, ended, weigh::NATIONAL_MIN)),
        };
        refused.map_or(Around::Nothing, Around::Refused)
    }
}

/// What is seen of digits before they are read.
enum Around {
    /// They are part of an escape for something else, which ends here.
    Escape(usize),
    /// No number begins before this place.
    Refused(usize),
    /// What is cut off by the end of the text begins here.
    Cut(usize),
    /// Nothing that decides.
    Nothing,
}

/// Where to look on: at least behind the character that was looked at, so that every search ends.
/// A word such as "double" may begin a run without a digit.
fn behind(text: &str, digit: usize, end: usize) -> usize {
    let one = text.get(digit..).and_then(|rest| rest.chars().next());
    end.max(digit + one.map_or(1, char::len_utf8))
}

/// From where on a text that may go on is held back, if it has no digit that was not looked at.
fn held(text: &str, from: usize, spoken: bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    // A number may begin right behind the text; with what may be the beginning of an escape; with
    // what may be that of a word.
    let escape = ["%2", "%"].into_iter().find(|begun| rest.ends_with(begun));
    let mut first = run::lead(text, from, text.len() - escape.map_or(0, str::len));
    first = first.min(run::lead(text, from, text.len()));
    if spoken {
        let last = rest.char_indices().rev().take(spelled::WORD_BYTES_MAX);
        let word = last.take_while(|&(_, c)| spelled::is_letter(c)).last();
        let word = word.map_or(text.len(), |(at, _)| from + at);
        first = first.min(run::lead(text, from, word));
    }
    first
}
