package speccheck

// nearest returns the name that is the fewest edits away from name and not more
// than most, "" if none is.
func nearest(name string, names []string, most int) (best string) {
	for _, other := range names {
		if d := Distance(name, other); d <= most {
			best, most = other, d-1
		}
	}
	return best
}

// slips returns how many edits of a name may be a slip of the keyboard.
func slips(name string) int { return min(2, len(name)/2) }

// orNear returns what to want instead of name, after a message that says more.
func orNear(name string, names []string) string {
	if near := nearest(name, names, slips(name)); near != "" {
		return "; want " + near
	}
	return ""
}

// Distance returns how many characters have to be added, taken away, replaced or
// swapped with the next one to make b of a.
func Distance(a, b string) int {
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
