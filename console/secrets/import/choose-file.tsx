import { Button, Textarea } from "@mantine/core";
import { type DragEvent, useRef, useState } from "react";
import { textBytes } from "../../api/json.ts";
import { shortName } from "../../api/names.ts";
import { Command } from "../../parts/command.tsx";
import { UploadIcon } from "../../parts/icons.tsx";
import classes from "./choose-file.module.css";
import type { EnvFile } from "./env-file.ts";

/** By dropping it, browsing for it, or pasting its text. */
export function ChooseFile({
  scope,
  choose,
}: {
  readonly scope: string;
  readonly choose: (file: EnvFile) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = async (file: File | null | undefined) => {
    if (file) choose({ name: file.name, content: new Uint8Array(await file.arrayBuffer()) });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  const hover = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={classes.choose}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a place to drop a file; the button inside does the same by keyboard */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDrop={drop}
        onDragOver={hover}
        onDragLeave={() => setOver(false)}
      >
        <UploadIcon size={28} />
        <p>Drop a .env file here, or</p>
        <Button onClick={() => input.current?.click()} data-autofocus>
          Browse…
        </Button>
        <input
          ref={input}
          type="file"
          className="sr-only"
          tabIndex={-1}
          aria-label="The .env file"
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
        <p className="dim">
          KEY=VALUE lines, with comments, quotes and quoted values of several lines. At most 1 MiB.
        </p>
      </div>
      <Pasted choose={choose} />
      <div>
        <p className="dim">On the command line</p>
        <Command>{`keyhold secret import ${shortName(scope)} .env --dry-run`}</Command>
      </div>
    </div>
  );
}

function Pasted({ choose }: { readonly choose: (file: EnvFile) => void }) {
  const [text, setText] = useState("");
  return (
    <div>
      <Textarea
        label="Or paste its text"
        classNames={{ input: `mono ${classes.hidden}` }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rows={3}
        autoComplete="off"
        spellCheck={false}
      />
      <Button
        mt="sm"
        variant="default"
        disabled={text.trim() === ""}
        onClick={() => choose({ name: "Pasted text", content: textBytes(text) })}
      >
        Review the text
      </Button>
    </div>
  );
}
