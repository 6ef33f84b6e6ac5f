import { Upload } from "antd";
import { Icon } from "../Icon";
import { AntdRoot } from "./AntdRoot";

/** A place to drop or choose one file; the file goes to `onFile`, nothing is sent by itself. */
export function Drop({ accept, label, hint, onFile, disabled = false }: {
  accept: string;
  label: string;
  hint?: React.ReactNode;
  onFile: (file: File) => void;
  disabled?: boolean;
}) {
  return (
    <AntdRoot>
      <Upload.Dragger
        accept={accept}
        multiple={false}
        showUploadList={false}
        disabled={disabled}
        beforeUpload={(file) => {
          onFile(file);
          return false;
        }}
      >
        <div className="state close" style={{ padding: "12px 16px" }}>
          <span className="state-icon"><Icon name="upload" size={24} /></span>
          <span className="strong">{label}</span>
          {hint ? <span className="small muted">{hint}</span> : null}
        </div>
      </Upload.Dragger>
    </AntdRoot>
  );
}
