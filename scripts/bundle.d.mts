// What tests see of the bundler.
export declare function bundle(folder: string): Promise<void>;
