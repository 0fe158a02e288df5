package speccheck

// nearest returns the name that is the fewest edits away from name and at most
// limit, or "".
func nearest(name string, names []string, limit int) (best string) {
	for _, other := range names {
		if d := EditDistance(name, other); d <= limit {
			best, limit = other, d-1
		}
	}
	return best
}

// maxTypos returns how many edits of a name may be a typing error.
func maxTypos(name string) int { return min(2, len(name)/2) }

// didYouMean returns the end of a message that suggests the nearest name, or "".
func didYouMean(name string, names []string, limit int) string {
	if near := nearest(name, names, limit); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// EditDistance returns how many characters must be added, removed, replaced or
// swapped with the next one to turn a into b.
func EditDistance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range len(a) {
		before, above, row := rows[0], rows[1], rows[2]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		rows = [3][]int{above, row, before}
	}
	return rows[1][len(b)]
}
