package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newMan() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write man pages to a directory",
		Example: `  slackadmin man ~/.local/share/man/man1`,
		Args:    cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			date, err := manDate(os.Getenv("SOURCE_DATE_EPOCH"))
			if err != nil {
				return err
			}
			if err := writeManTree(cmd.Root(), date, args[0]); err != nil {
				return &failure{err: err, hint: "check the directory"}
			}
			return nil
		},
	}
}

// manDate returns the date of the pages: that of epoch, in seconds since 1970, so that
// builds of a release are reproducible, or today.
func manDate(epoch string) (string, error) {
	day := time.Now()
	if epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return "", fmt.Errorf("SOURCE_DATE_EPOCH is %q; want seconds since 1970", epoch)
		}
		day = time.Unix(seconds, 0)
	}
	return day.UTC().Format(time.DateOnly), nil
}

// writeManTree writes a page for cmd and for each of its subcommands.
func writeManTree(cmd *cobra.Command, date, dir string) error {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			if err := writeManTree(sub, date, dir); err != nil {
				return err
			}
		}
	}
	page := manPage{}
	if err := page.write(cmd, date); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, pageName(cmd)+".1"), []byte(page.String()), 0o644)
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// A manPage is a page in troff's man format, with the text of the help. Unlike cobra's man
// pages, it keeps the lists of the help.
type manPage struct{ strings.Builder }

func (p *manPage) write(cmd *cobra.Command, date string) error {
	fmt.Fprintf(p, ".TH %q 1 %q %q \"\"\n", strings.ToUpper(pageName(cmd)), date, "slackadmin "+version())
	p.section("NAME", troff(pageName(cmd)+" - "+cmd.Short)+"\n")
	var commands, methods strings.Builder
	var also []string
	if cmd.HasParent() {
		also = append(also, pageName(cmd.Parent()))
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			fmt.Fprintf(&commands, "  %s  %s\n", sub.Name(), sub.Short)
			also = append(also, pageName(sub))
		}
	}
	if cmd.DisableFlagParsing { // it makes its subcommands when it runs
		root, err := newMethods(&clientFlags{}, cmd, nil)
		if err != nil {
			return err
		}
		cmd = root.Commands()[0]
		for _, method := range cmd.Commands() {
			fmt.Fprintf(&methods, ".SS %s\n%s%s", troff(method.Name()), manText(method.Long), manText(method.LocalFlags().FlagUsages()))
		}
	}
	cmd.InitDefaultHelpFlag()
	p.section("SYNOPSIS", ".B "+troff(cmd.UseLine())+"\n")
	p.section("DESCRIPTION", manText(cmd.Long))
	p.section("OPTIONS", manText(cmd.LocalFlags().FlagUsages())+manText(cmd.InheritedFlags().FlagUsages()))
	p.section("COMMANDS", manText(commands.String()))
	p.section("METHODS", methods.String())
	p.section("EXAMPLES", manText(cmd.Example))
	for i, name := range also {
		also[i] = `\fB` + troff(name) + `\fP(1)`
	}
	p.section("SEE ALSO", strings.Join(also, ",\n")+"\n")
	return nil
}

func (p *manPage) section(title, text string) {
	if strings.TrimSpace(text) != "" {
		fmt.Fprintf(p, ".SH %s\n%s", title, text)
	}
}

// manItem matches the first line of a list item in a help: its name, two or more spaces, and
// its text.
var manItem = regexp.MustCompile(`^( +\S.*?)  +(\S.*)$`)

// manText returns a text of the help in troff: its paragraphs, its lists, and line by line
// what is indented otherwise, such as examples.
func manText(text string) string {
	var b strings.Builder
	block, textColumn := "", 0 // of the last line, and of the text of its list item
	begin := func(next string) {
		if block == "lines" {
			b.WriteString(".EE\n")
		}
		if next != "" && next != "list" && b.Len() > 0 {
			b.WriteString(".PP\n")
		}
		if next == "lines" {
			b.WriteString(".EX\n")
		}
		block = next
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		bare := strings.TrimLeft(line, " ")
		indent := len(line) - len(bare)
		item := manItem.FindStringSubmatch(line)
		switch {
		case bare == "":
			begin("")
			continue
		case block == "list" && indent >= textColumn: // the item continues
		case item != nil && block != "lines":
			begin("list")
			bare, textColumn = item[2], len(line)-len(item[2])
			fmt.Fprintf(&b, ".TP\n.B %s\n", troff(strings.TrimLeft(item[1], " ")))
		case indent > 0 && block != "lines":
			begin("lines")
		case indent == 0 && block != "paragraph":
			begin("paragraph")
		}
		b.WriteString(troff(bare) + "\n")
	}
	begin("")
	return b.String()
}

func troff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
