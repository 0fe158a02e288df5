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
				return &failure{err: err, next: "check the directory"}
			}
			return nil
		},
	}
}

// manDate returns the day that the pages are of: that of epoch, seconds since 1970,
// so that a release can be built again with the same pages, or else today.
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

// writeManTree writes a page of cmd and of each command below it.
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
	return os.WriteFile(filepath.Join(dir, manName(cmd)+".1"), []byte(page.String()), 0o644)
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// A manPage is a page in the language of troff's package man. It says what the help
// says, of which it keeps lists as lists: cobra's own pages run them together.
type manPage struct{ strings.Builder }

func (p *manPage) write(cmd *cobra.Command, date string) error {
	fmt.Fprintf(p, ".TH %q 1 %q %q \"\"\n", strings.ToUpper(manName(cmd)), date, "slackadmin "+version())
	p.section("NAME", troff(manName(cmd)+" - "+cmd.Short)+"\n")
	var commands, methods strings.Builder
	var also []string
	if cmd.HasParent() {
		also = append(also, manName(cmd.Parent()))
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			fmt.Fprintf(&commands, "  %s  %s\n", sub.Name(), sub.Short)
			also = append(also, manName(sub))
		}
	}
	if cmd.DisableFlagParsing { // its subcommands are made when it runs
		inner, err := newMethods(&speech{}, cmd, nil)
		if err != nil {
			return err
		}
		cmd = inner.Commands()[0]
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

// manItem is the first line of an item of a list in a help: its name, and after two
// spaces or more what is said of it.
var manItem = regexp.MustCompile(`^( +\S.*?)  +(\S.*)$`)

// manText returns a text of the help: its paragraphs, its lists, and what is indented
// otherwise, such as examples, line by line.
func manText(text string) string {
	var b strings.Builder
	within, textAt := "", 0 // what the last line is in, and where the text of its item begins
	begin := func(what string) {
		if within == "lines" {
			b.WriteString(".EE\n")
		}
		if what != "" && what != "list" && b.Len() > 0 {
			b.WriteString(".PP\n")
		}
		if what == "lines" {
			b.WriteString(".EX\n")
		}
		within = what
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
		case within == "list" && indent >= textAt: // more of the item
		case item != nil && within != "lines":
			begin("list")
			bare, textAt = item[2], len(line)-len(item[2])
			fmt.Fprintf(&b, ".TP\n.B %s\n", troff(strings.TrimLeft(item[1], " ")))
		case indent > 0 && within != "lines":
			begin("lines")
		case indent == 0 && within != "paragraph":
			begin("paragraph")
		}
		b.WriteString(troff(bare) + "\n")
	}
	begin("")
	return b.String()
}

// troff returns a line as troff prints it.
func troff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	return line
}
