//! Reads the parts of Markdown that the pages use: headings, fenced blocks, comments before a block,
//! links and code in a line.

/// A page, cut into its blocks and the lines around them.
pub(crate) struct Page {
    /// Its path from the root of the repository.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) blocks: Vec<Block>,
    /// Every line that is in no block, with its number.
    pub(crate) prose: Vec<(usize, String)>,
}

/// A fenced block.
pub(crate) struct Block {
    /// The number of the line that opens it.
    pub(crate) line: usize,
    /// The word behind the fence.
    pub(crate) kind: String,
    /// The comments on the lines before it: `<!-- name: value -->`.
    notes: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Block {
    /// The value of a comment before the block.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        let mut notes = self.notes.iter();
        let note = notes.find(|(known, _)| known == name)?;
        Some(&note.1)
    }

    /// The commands of a transcript, each with the lines that it prints.
    pub(crate) fn transcript(&self) -> Vec<(&str, Vec<&str>)> {
        let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in self.text.lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command, Vec::new())),
                (None, Some((_, output))) => output.push(line),
                (None, None) => commands.push(("", vec![line])),
            }
        }
        commands
    }
}

impl Page {
    pub(crate) fn new(name: &str, text: String) -> Self {
        let (mut blocks, mut prose) = (Vec::new(), Vec::new());
        let mut notes = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let number = index + 1;
            let indent = line.len() - line.trim_start().len();
            if let Some(kind) = line.trim_start().strip_prefix("```") {
                let inside = lines.by_ref().map(|(_, line)| line);
                let inside = inside.take_while(|line| line.trim() != "```");
                let text = inside.map(|line| format!("{}\n", line.get(indent..).unwrap_or("")));
                blocks.push(Block {
                    line: number,
                    kind: kind.to_owned(),
                    notes: std::mem::take(&mut notes),
                    text: text.collect(),
                });
                continue;
            }
            match note(line) {
                Some(note) => notes.push(note),
                None => notes.clear(),
            }
            prose.push((number, line.to_owned()));
        }
        Self {
            name: name.to_owned(),
            blocks,
            prose,
            text,
        }
    }

    /// The blocks of one kind.
    pub(crate) fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }

    /// The commands that are shown, with the numbers of the lines that open their blocks.
    pub(crate) fn commands(&self) -> impl Iterator<Item = (usize, &str)> {
        let typed = self.blocks("sh").flat_map(|block| {
            let lines = block.text.lines();
            lines.map(|line| (block.line, line))
        });
        typed.chain(self.blocks("console").flat_map(|block| {
            let commands = block.transcript().into_iter();
            commands.map(|(command, _)| (block.line, command))
        }))
    }

    /// The headings with their numbers of lines.
    pub(crate) fn headings(&self) -> impl Iterator<Item = (usize, &str)> {
        self.prose.iter().filter_map(|(number, line)| {
            let title = line.trim_start_matches('#');
            let is_heading = title.len() < line.len() && title.starts_with(' ');
            is_heading.then(|| (*number, title.trim()))
        })
    }

    /// The names under which the headings are linked to, as GitHub makes them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for (_, title) in self.headings() {
            let kept = title.to_lowercase();
            let kept = kept.chars().filter_map(|c| match c {
                ' ' => Some('-'),
                '-' | '_' => Some(c),
                c => c.is_alphanumeric().then_some(c),
            });
            let anchor: String = kept.collect();
            let same = |known: &&String| {
                let rest = known.strip_prefix(&anchor);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            };
            match anchors.iter().filter(same).count() {
                0 => anchors.push(anchor),
                more => anchors.push(format!("{anchor}-{more}")),
            }
        }
        anchors
    }

    /// The targets of links and pictures, with their numbers of lines.
    pub(crate) fn links(&self) -> Vec<(usize, &str)> {
        let mut links = Vec::new();
        for (number, line) in &self.prose {
            for (start, end) in [
                ("](", ')'),
                ("href=\"", '"'),
                ("src=\"", '"'),
                ("srcset=\"", '"'),
            ] {
                let targets = line.split(start).skip(1);
                let targets = targets.map(|rest| rest.split(end).next().unwrap_or_default());
                links.extend(targets.map(|target| (*number, target)));
            }
        }
        links
    }

    /// The pieces of code in the lines, with their numbers of lines.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.prose.iter().flat_map(|(number, line)| {
            let pieces = line.split('`').skip(1).step_by(2);
            pieces.map(move |piece| (*number, piece))
        })
    }
}

/// The name and the value of a comment that is a whole line.
fn note(line: &str) -> Option<(String, String)> {
    let inside = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    let (name, value) = inside.split_once(':')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
}
