/// The word that somebody most likely meant, for `did you mean …?`; none where nothing is near.
///
/// Upper and lower case count little. Of words equally near the first is taken.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_mended_and_another_word_is_not() {
        let known = ["string", "strong", "schemas", "out"];
        assert_eq!(nearest("strng", known), Some("string"));
        assert_eq!(nearest("String", known), Some("string"));
        assert_eq!(nearest("shemas", known), Some("schemas"));
        assert_eq!(nearest("oot", known), Some("out"));
        assert_eq!(nearest("entirely", known), None);
        assert_eq!(nearest("", known), None);
    }
}
