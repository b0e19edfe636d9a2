//! Durations as kubectl shows ages.

use std::fmt;

use jiff::SignedDuration;

/// A duration with the two leading units that matter, cut off rather than rounded: the rules of Kubernetes'
/// `k8s.io/apimachinery/pkg/util/duration`, so that an age here equals the one in `kubectl get csr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HumanDuration(pub SignedDuration);

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        const YEAR: i64 = 365 * DAY;
        let seconds = self.0.as_secs();
        let one = |unit: i64, name: &str| format!("{}{name}", seconds / unit);
        let two = |unit: i64, name: &str, part: i64, part_name: &str| match seconds % unit / part {
            0 => one(unit, name),
            rest => format!("{}{rest}{part_name}", one(unit, name)),
        };
        f.pad(&match seconds {
            ..-1 => "<invalid>".to_owned(),
            // Clocks differ by a second or so: almost now.
            -1 => "0s".to_owned(),
            0..120 => one(1, "s"),
            120..600 => two(MINUTE, "m", 1, "s"),
            600..10_800 => one(MINUTE, "m"),
            10_800..28_800 => two(HOUR, "h", MINUTE, "m"),
            28_800..172_800 => one(HOUR, "h"),
            172_800..691_200 => two(DAY, "d", HOUR, "h"),
            691_200..63_072_000 => one(DAY, "d"),
            63_072_000..252_288_000 => two(YEAR, "y", DAY, "d"),
            252_288_000.. => one(YEAR, "y"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_kubectl() {
        const HOUR: i64 = 3600;
        const DAY: i64 = 24 * HOUR;
        const YEAR: i64 = 365 * DAY;
        for (seconds, shown) in [
            (i64::MIN, "<invalid>"),
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (121, "2m1s"),
            (599, "9m59s"),
            (600, "10m"),
            (659, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 60, "3h1m"),
            (8 * HOUR - 1, "7h59m"),
            (8 * HOUR, "8h"),
            (48 * HOUR - 1, "47h"),
            (48 * HOUR, "2d"),
            (49 * HOUR, "2d1h"),
            (8 * DAY - 1, "7d23h"),
            (8 * DAY, "8d"),
            (2 * YEAR - 1, "729d"),
            (2 * YEAR, "2y"),
            (2 * YEAR + DAY, "2y1d"),
            (8 * YEAR - 1, "7y364d"),
            (8 * YEAR, "8y"),
            (100 * YEAR, "100y"),
        ] {
            assert_eq!(
                HumanDuration(SignedDuration::from_secs(seconds)).to_string(),
                shown
            );
        }
        assert_eq!(
            HumanDuration(SignedDuration::from_millis(-1999)).to_string(),
            "0s"
        );
        assert_eq!(
            HumanDuration(SignedDuration::from_millis(119_999)).to_string(),
            "119s"
        );
    }
}
